/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/upg/cipher-private.h"

#include "protocol/wire/mem.h"

bool
upg_cipher_start(struct upg_cipher *cipher, enum gya_upg_key use, const uint8_t salt[GYA_UPG_SALT_SIZE],
	const uint8_t iv[16])
{
	const struct gya_upg_port *port = upg_module.port;

	if (port->crypto->aes128_ctr == NULL || port->derive_key == NULL ||
		!port->derive_key(port->context, use, salt, cipher->key))
		return false;
	memcpy(cipher->counter, iv, sizeof cipher->counter);
	cipher->is_on = true;
	return true;
}

void
upg_cipher_apply(struct upg_cipher *cipher, uint8_t *bytes, uint32_t size)
{
	if (cipher->is_on && size != 0)
		upg_module.port->crypto->aes128_ctr(cipher->key, cipher->counter, bytes, size);
}
