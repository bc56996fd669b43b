/* SPDX-License-Identifier: Apache-2.0 */
#include "device-agent/liteos/module-private.h"
#include "protocol/wire/mem.h"

struct liteos_module liteos_module;

void
gya_liteos_power_on(const struct gya_liteos_port *port)
{
	memset(&liteos_module, 0, sizeof liteos_module);
	liteos_module.port = port;
}

void
liteos_watchdog(void)
{
	if (liteos_module.port->watchdog)
		liteos_module.port->watchdog();
}

int
ota_img_bind(ota_type_t type, const ota_driver_t *driver)
{
	if ((unsigned) type >= OTA_TYPES || driver == NULL || (unsigned) driver->type >= OTA_IMGS)
		return -1;
	liteos_module.drivers[type][driver->type] = driver;
	return 0;
}

static const ota_driver_t *
bound(ota_type_t type, ota_img_t image)
{
	if ((unsigned) type >= OTA_TYPES || (unsigned) image >= OTA_IMGS)
		return NULL;
	return liteos_module.drivers[type][image];
}

static bool
fits(const ota_driver_t *driver, int offset, const void *bytes, int size)
{
	/* subtract, never add */
	return driver != NULL && bytes != NULL && offset >= 0 && size > 0 && size <= driver->size &&
	       offset <= driver->size - size;
}

int
ota_img_read(ota_type_t type, ota_img_t image, int offset, void *bytes, int size)
{
	const ota_driver_t *driver = bound(type, image);

	if (!fits(driver, offset, bytes, size) || driver->read == NULL)
		return -1;
	return driver->read(driver->arg, offset, bytes, size);
}

int
ota_img_write(ota_type_t type, ota_img_t image, int offset, const void *bytes, int size)
{
	const ota_driver_t *driver = bound(type, image);

	if (!fits(driver, offset, bytes, size) || driver->write == NULL)
		return -1;
	return driver->write(driver->arg, offset, bytes, size);
}

int
ota_img_erase(ota_type_t type, ota_img_t image)
{
	const ota_driver_t *driver = bound(type, image);

	return driver != NULL && driver->erase != NULL ? driver->erase(driver->arg, driver->size) : -1;
}

int
ota_img_flush(ota_type_t type, ota_img_t image)
{
	const ota_driver_t *driver = bound(type, image);

	return driver != NULL && driver->flush != NULL ? driver->flush(driver->arg, driver->size) : -1;
}

int
ota_img_size(ota_type_t type, ota_img_t image, int *size)
{
	const ota_driver_t *driver = bound(type, image);

	if (driver == NULL || size == NULL)
		return -1;
	*size = driver->size;
	return 0;
}

bool
liteos_hash(ota_type_t type, ota_img_t image, uint32_t size, uint8_t digest[32])
{
	const struct gya_crypto *crypto = liteos_module.port->crypto;
	struct gya_sha256 hash;
	bool is_read = true;
	uint32_t done;

	crypto->sha256_init(&hash);
	for (done = 0; done < size && is_read; done += OTA_PIECE) {
		uint32_t n = size - done < OTA_PIECE ? size - done : OTA_PIECE;

		liteos_watchdog();
		is_read = ota_img_read(type, image, (int) done, liteos_module.work.piece, (int) n) == 0;
		crypto->sha256_update(&hash, liteos_module.work.piece, n);
	}
	crypto->sha256_final(&hash, digest);
	return is_read;
}
