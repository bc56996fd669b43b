// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "engine/keys/key-passphrase.h"
#include "engine/keys/key-private.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

/* Puts the content of @memory into a file that was not there. */
static gboolean
write_new_file(const char *path, BIO *memory, mode_t mode, GError **error)
{
	char *data = NULL;
	long size = BIO_get_mem_data(memory, &data);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	gboolean done;
	int number;

	if (fd < 0) {
		g_set_error(error, GY_ERROR, GY_ERROR_FILE_NOT_WRITABLE, "%s: %s", path, g_strerror(errno));
		return FALSE;
	}
	done = size > 0 && write(fd, data, (gsize) size) == size && fsync(fd) == 0;
	number = errno;
	if (close(fd) != 0 || !done) {
		unlink(path);
		g_set_error(error, GY_ERROR,
			number == ENOSPC ? GY_ERROR_FILE_DISK_FULL : GY_ERROR_FILE_NOT_WRITABLE, "%s: %s",
			path, g_strerror(number));
		return FALSE;
	}
	return TRUE;
}

static gboolean
encode_private(BIO *memory, EVP_PKEY *pkey, const char *path, GyPassphrase *passphrase, GError **error)
{
	GyPassphraseAsking asking = {.what = C_("which key", "new"), .uri = path, .passphrase = passphrase};
	gboolean done = PEM_write_bio_PKCS8PrivateKey(memory, pkey, passphrase ? EVP_aes_256_cbc() : NULL,
				NULL, 0, passphrase ? gy_passphrase_answer : NULL, &asking) == 1;

	if (asking.error) {
		g_propagate_error(error, asking.error);
		ERR_clear_error();
		return FALSE;
	}
	if (!done)
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL, _("the new key could not be written (%s)"),
			gy_openssl_reason());
	return done;
}

static EVP_PKEY *
generate(GyKeyType type)
{
	switch (type) {
	case GY_KEY_BP256R1: return EVP_EC_gen(GY_KEY_CURVE);
	case GY_KEY_RSA2048: return EVP_RSA_gen(2048);
	case GY_KEY_RSA3072: return EVP_RSA_gen(3072);
	}
	g_return_val_if_reached(NULL);
}

gboolean
gy_key_generate(GyKeyType type, const char *private_path, const char *public_path, GyPassphrase *passphrase,
	GError **error)
{
	g_autoptr(EVP_PKEY) pkey = NULL;
	g_autoptr(BIO) private_pem = BIO_new(BIO_s_secmem());
	g_autoptr(BIO) public_pem = BIO_new(BIO_s_mem());

	ERR_clear_error();
	pkey = generate(type);
	if (!pkey || !private_pem || !public_pem || PEM_write_bio_PUBKEY(public_pem, pkey) != 1) {
		g_set_error(error, GY_ERROR, GY_ERROR_INTERNAL,
			_("OpenSSL could not make a key of type %s (%s)"), gy_key_type_name(type),
			gy_openssl_reason());
		return FALSE;
	}
	if (!encode_private(private_pem, pkey, private_path, passphrase, error))
		return FALSE;
	if (!write_new_file(private_path, private_pem, 0600, error))
		return FALSE;
	if (public_path && !write_new_file(public_path, public_pem, 0666, error)) {
		unlink(private_path);
		return FALSE;
	}
	return TRUE;
}
