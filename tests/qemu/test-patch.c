// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "device-agent/ports/qemu-rv32/patching.h"
#include "protocol/wire/bytes.h"
#include "protocol/wire/envelope.h"
#include "tests/qemu/machine.h"

/* The patchers of devices as they are compiled for one, with patches by the original tools. */

typedef struct {
	const char *name;
	const char *body;
	enum gyw_envelope_kind kind;
	gsize flip; /* byte of the patch from its end that is changed; 0: none */
	const char *answer;
} Trial;

static const Trial trials[] = {
	{"hi", "p3_lite_lzma4k.hi", GYW_ENVELOPE_HPATCHLITE, 0, " ms, as expected"},
	{"hdiff13", "p3_hdiff13_lzma4k.hdiff", GYW_ENVELOPE_HDIFF13, 0, " ms, as expected"},
	{"larger-window-is-refused", "p3_hdiff13_lzma64k.hdiff", GYW_ENVELOPE_HDIFF13, 0, "result -2"},
	{"damage-is-no-success", "p3_hdiff13_none.hdiff", GYW_ENVELOPE_HDIFF13, 1000, " ms, not as expected"},
};

static GBytes *
vector(const char *folder, const char *name)
{
	g_autofree char *path = g_test_build_filename(G_TEST_DIST, "vectors", "liteos", folder, name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;
	gsize size;

	g_file_get_contents(path, &data, &size, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(data, size);
}

/* patching.h. */
static GBytes *
make_bank(const Trial *trial)
{
	g_autoptr(GBytes) old = vector("fw", "p3_old.bin");
	g_autoptr(GBytes) new = vector("fw", "p3_new.bin");
	g_autoptr(GBytes) body = vector("diff", trial->body);
	const guint32 words[] = {
		0x48435450, trial->kind, (guint32) g_bytes_get_size(old), (guint32) g_bytes_get_size(body)};
	GByteArray *bank = g_byte_array_new();
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 head[PATCHING_HEAD];
	gsize size = 32;
	struct gyw_writer w;

	gyw_writer_init(&w, head, sizeof head);
	gyw_write_words(&w, words, G_N_ELEMENTS(words));
	g_checksum_update(sum, g_bytes_get_data(new, NULL), (gssize) g_bytes_get_size(new));
	g_checksum_get_digest(sum, head + sizeof words, &size);
	g_byte_array_append(bank, head, sizeof head);
	g_byte_array_append(bank, g_bytes_get_data(old, NULL), (guint) g_bytes_get_size(old));
	g_byte_array_append(bank, g_bytes_get_data(body, NULL), (guint) g_bytes_get_size(body));
	if (trial->flip > 0)
		bank->data[bank->len - trial->flip] ^= 0x10;
	return g_byte_array_free_to_bytes(bank);
}

static void
test_patch(gconstpointer data)
{
	const Trial *trial = data;
	g_autoptr(GBytes) flash = machine_flash("inputs/app_sign.bin");
	g_autoptr(Machine) machine = machine_new(flash, FALSE);
	g_autoptr(GBytes) bank = make_bank(trial);
	g_autofree char *answer = NULL;
	MachineFigures figures;

	machine_put(machine, PATCHING_AT, bank);
	machine_start(machine);
	answer = machine_ask(machine, "patch", "patch: ");
	g_test_message("%s", answer);
	g_assert_true(g_str_has_suffix(answer, trial->answer));
	machine_figures(machine, &figures);
	g_assert_cmpuint(figures.stack, <, figures.stack_size / 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!machine_can_run())
		return 0;
	for (guint i = 0; i < G_N_ELEMENTS(trials); i++) {
		g_autofree char *path = g_strdup_printf("/qemu/patch/%s", trials[i].name);

		g_test_add_data_func(path, &trials[i], test_patch);
	}
	return g_test_run();
}
