// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "engine/keys/key.h"
#include "protocol/host/session/session.h"

/**
 * GyAgentKey:
 *
 * What a host shows to an agent that wants to know who asks: a private key on brainpoolP256r1, whose public half is
 * built into the agent. It is counted by references, which may be held on several threads; one signs at a time. Nothing
 * of the key is ever copied, shown or logged.
 */
typedef struct _GyAgentKey GyAgentKey;

/**
 * gy_agent_key_load:
 * @uri: a path or a URI that OSSL_STORE understands
 * @passphrase: (nullable): asked now, if the key is encrypted
 *
 * Returns: (transfer full): the key, or %NULL with an error of gy_private_key_load()
 */
GyAgentKey *gy_agent_key_load(
	const char *uri, GyPassphrase *passphrase, GError **error) G_GNUC_WARN_UNUSED_RESULT;

GyAgentKey *gy_agent_key_ref(GyAgentKey *key);
void gy_agent_key_unref(GyAgentKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyAgentKey, gy_agent_key_unref)

/** gy_agent_key_offer: (nullable) @key: lets a session sign with it, as long as it is held. */
void gy_agent_key_offer(GyAgentKey *key, GySessionOptions *options);

/**
 * gy_agent_key_header:
 * @key: the public half
 * @name: of the array: a C identifier
 *
 * Returns: (transfer full): a C header with X and Y, 32 bytes each, big endian, as an agent is built with
 */
char *gy_agent_key_header(const GyPublicKey *key, const char *name);
