// SPDX-License-Identifier: Apache-2.0
#include <glib/gstdio.h>
#include <string.h>

#include "device-agent/ports/crypto/ecdsa-bp256.h"
#include "engine/keys/agent-key.h"

/* The key that a host shows to an agent, against the verifier that is built into agents. */

typedef struct {
	char *folder;
	char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	fixture->folder = g_dir_make_tmp("gantry-agent-key-XXXXXX", NULL);
	fixture->path = g_build_filename(fixture->folder, "agent.pem", NULL);
	g_assert_true(gy_key_generate(GY_KEY_BP256R1, fixture->path, NULL, NULL, &error));
	g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
	g_assert_cmpint(g_remove(fixture->path), ==, 0);
	g_assert_cmpint(g_rmdir(fixture->folder), ==, 0);
	g_free(fixture->path);
	g_free(fixture->folder);
}

/* The bytes of the array, as a C compiler reads them. */
static void
read_header(const char *header, guint8 xy[64])
{
	const char *at = strchr(header, '{');

	g_assert_nonnull(at);
	for (guint i = 0; i < 64; i++) {
		at = strstr(at, "0x");
		g_assert_nonnull(at);
		xy[i] = (guint8) g_ascii_strtoull(at, (char **) &at, 16);
	}
	g_assert_null(strstr(at, "0x"));
}

static void
digest_of(const guint8 *message, gsize size, guint8 digest[32])
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize digest_size = 32;

	g_checksum_update(sum, message, (gssize) size);
	g_checksum_get_digest(sum, digest, &digest_size);
}

static void
an_agent_with_the_header_takes_the_signature(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GyAgentKey) key = gy_agent_key_load(fixture->path, NULL, &error);
	g_autoptr(GyPublicKey) public_key =
		gy_public_key_load(fixture->path, GY_KEY_BP256R1, "agent", NULL, &error);
	g_autofree char *header = gy_agent_key_header(public_key, "gya_agent_key");
	GySessionOptions options = {0};
	guint8 xy[64];

	g_assert_no_error(error);
	g_assert_nonnull(strstr(header, "uint8_t gya_agent_key[64]"));
	read_header(header, xy);
	gy_agent_key_offer(key, &options);
	for (gsize size = 0; size < 80; size += 13) {
		guint8 message[80];
		guint8 digest[32];
		guint8 signature[GYW_SIGNATURE_SIZE];
		g_autofree char *why = NULL;

		memset(message, (int) size, sizeof message);
		g_assert_true(options.sign(options.sign_data, message, size, signature, &why));
		digest_of(message, size, digest);
		g_assert_true(gya_ecdsa_bp256_verify(xy, digest, signature));
		signature[size % sizeof signature] ^= 1;
		g_assert_false(gya_ecdsa_bp256_verify(xy, digest, signature));
	}
}

static void
without_a_key_there_is_nothing_to_sign_with(void)
{
	GySessionOptions options = {.sign_data = &options};

	gy_agent_key_offer(NULL, &options);
	g_assert_true(options.sign == NULL);
}

static void
a_reference_outlives_its_owner(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	GyAgentKey *key = gy_agent_key_load(fixture->path, NULL, &error);
	g_autoptr(GyAgentKey) kept = gy_agent_key_ref(key);
	GySessionOptions options = {0};
	guint8 signature[GYW_SIGNATURE_SIZE];
	g_autofree char *why = NULL;

	g_assert_no_error(error);
	gy_agent_key_unref(key);
	gy_agent_key_offer(kept, &options);
	g_assert_true(options.sign(options.sign_data, signature, 0, signature, &why));
}

static void
a_missing_key_is_told(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(gy_agent_key_load("/nonexistent/agent.pem", NULL, &error));
	g_assert_error(error, GY_ERROR, GY_ERROR_KEY_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/agent-key/agent-takes-the-signature", Fixture, NULL, set_up,
		an_agent_with_the_header_takes_the_signature, tear_down);
	g_test_add("/agent-key/reference-outlives-its-owner", Fixture, NULL, set_up,
		a_reference_outlives_its_owner, tear_down);
	g_test_add_func("/agent-key/no-key", without_a_key_there_is_nothing_to_sign_with);
	g_test_add_func("/agent-key/missing-key", a_missing_key_is_told);
	return g_test_run();
}
