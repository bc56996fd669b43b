/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AOS_KV_H
#define AOS_KV_H

/*
 * The key-value store under the system's names; on a board the system's own header of this name is found first. Calls return 0 or
 * a negative number. A key is a text of 1 to 31 characters, a value has 1 to 160 bytes.
 */

/* With `sync` the value is in flash when the call returns; the reference module always writes at once. */
int aos_kv_set(const char *key, const void *value, int len, int sync);
/* `*buffer_len`: room, then bytes that were put there. Fails without the key, and if there is less room than value. */
int aos_kv_get(const char *key, void *buffer, int *buffer_len);
/* 0 also without the key. */
int aos_kv_del(const char *key);

#endif
