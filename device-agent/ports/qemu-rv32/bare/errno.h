/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GYA_BARE_ERRNO_H
#define GYA_BARE_ERRNO_H

/* Newer LZMA SDKs include it for error numbers of files, of which the decoder uses none. */

#endif
