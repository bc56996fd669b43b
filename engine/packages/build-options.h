// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/keys/key.h"

/**
 * GyOptionKind: what an option's value is, and so which control a form has for it. Values are held as text.
 * @GY_OPTION_FILE: path of a file that is read
 * @GY_OPTION_FOLDER: path of a folder that is read
 * @GY_OPTION_TEXT: any text
 * @GY_OPTION_NUMBER: 32 bits, decimal or hexadecimal with 0x
 * @GY_OPTION_HEX: as many bytes as #GyOption.size says, two hexadecimal digits each; may be a secret
 * @GY_OPTION_CHOICE: one of #GyOption.choices
 * @GY_OPTION_FLAG: "yes" or "no"
 * @GY_OPTION_KEY: path or URI of a private key (of a public one with an external signer)
 */
typedef enum {
	GY_OPTION_FILE,
	GY_OPTION_FOLDER,
	GY_OPTION_TEXT,
	GY_OPTION_NUMBER,
	GY_OPTION_HEX,
	GY_OPTION_CHOICE,
	GY_OPTION_FLAG,
	GY_OPTION_KEY,
} GyOptionKind;

/** GyOptionChoice: a possible value, and how it is called for people. */
typedef struct {
	const char *value;
	const char *label;
} GyOptionChoice;

/**
 * GyOption:
 * @key: its word in recipes, and on the command line after `--`; unique among the options of all systems that share it
 * @group: section of the recipe, and group of the form: "package", "source", "keys"; %NULL for options of an image
 * @kind: what its value is
 * @label: for a form, "Hardware id"
 * @help: one phrase without a full stop
 * @value_name: how help calls the value, "FILE"
 * @fallback: (nullable): what counts if it is not set, if that is one value; a form shows it as a placeholder
 * @choices: (nullable): for %GY_OPTION_CHOICE, ended by one without a value
 * @size: for %GY_OPTION_HEX: bytes
 * @gives_images: whether images come out of what it names, so that none has to be given one by one
 * @original: (nullable): how the system's own tool spells it, between blanks; the command line takes these words too
 *
 * One option of building for a system. A system's options stand in one list in its #GyFormat, from which the recipe
 * reader, `gantry build` and the form of the desktop app are made: a new system brings all three.
 */
typedef struct {
	const char *key;
	const char *group;
	GyOptionKind kind;
	const char *label;
	const char *help;
	const char *value_name;
	const char *fallback;
	const GyOptionChoice *choices;
	guint size;
	gboolean gives_images;
	const char *original;
} GyOption;

/** gy_option_find: (nullable): the option of that key in a list that ends with one without a key. */
const GyOption *gy_option_find(const GyOption *options, const char *key);

/**
 * gy_option_check:
 * @option: which
 * @text: a value that was given for it
 * @error: return location
 *
 * Returns: whether the text is a value of that kind; %FALSE with %GY_ERROR_CFG_VALUE, which never shows the value of a
 *   %GY_OPTION_HEX
 */
gboolean gy_option_check(const GyOption *option, const char *text, GError **error);

/**
 * GyBuildImage:
 * @section: which image of the system it is: "application"
 * @path: (nullable): the file; an image without one is described but not packed
 * @values: what gy_build_image_set() set
 */
typedef struct {
	char *section;
	char *path;
	GHashTable *values;
} GyBuildImage;

/** gy_build_image_set: sets an option of one image; %NULL takes it back. The text is not checked here. */
void gy_build_image_set(GyBuildImage *image, const char *key, const char *text);
/** gy_build_image_get: (nullable): the text of an option, %NULL if it is not set. */
const char *gy_build_image_get(const GyBuildImage *image, const char *key);

/**
 * GySigning:
 * @GY_SIGNING_KEYS: by the keys given, or those that the configuration names
 * @GY_SIGNING_NONE: left unsigned on request
 * @GY_SIGNING_HASH_ONLY: digests instead of signatures, on request
 *
 * The values "keys", "unsigned" and "hash-only" of the option "signing".
 */
typedef enum {
	GY_SIGNING_KEYS,
	GY_SIGNING_NONE,
	GY_SIGNING_HASH_ONLY,
} GySigning;

/**
 * GyBuildOptions:
 * @values: what gy_build_options_set() set
 * @images: (element-type GyBuildImage): in the order in which they were given
 * @passphrase: (nullable): asks for passphrases; not owned
 *
 * Everything that a build is made from: values for a system's list of options, and images.
 */
typedef struct {
	GHashTable *values;
	GPtrArray *images;
	GyPassphrase *passphrase;
} GyBuildOptions;

GyBuildOptions *gy_build_options_new(void);
void gy_build_options_free(GyBuildOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyBuildOptions, gy_build_options_free)

/** gy_build_options_set: sets an option; %NULL takes it back. The text is not checked here: see gy_option_check(). */
void gy_build_options_set(GyBuildOptions *options, const char *key, const char *text);
/** gy_build_options_get: (nullable): the text of an option, %NULL if it is not set or empty. */
const char *gy_build_options_get(const GyBuildOptions *options, const char *key);
/** gy_build_options_get_flag: whether it is set to "yes". */
gboolean gy_build_options_get_flag(const GyBuildOptions *options, const char *key);
/** gy_build_options_set_signing: the option "signing". */
void gy_build_options_set_signing(GyBuildOptions *options, GySigning signing);
GySigning gy_build_options_get_signing(const GyBuildOptions *options);

/**
 * gy_build_options_add_image:
 * @options: the options
 * @section: which image of the system
 * @path: (nullable): its file
 *
 * Returns: (transfer none): the image, to set its options
 */
GyBuildImage *gy_build_options_add_image(GyBuildOptions *options, const char *section, const char *path);
/** gy_build_options_find_image: (transfer none) (nullable): the first image of that section. */
GyBuildImage *gy_build_options_find_image(const GyBuildOptions *options, const char *section);

/** gy_number_parse: a number of 32 bits, decimal or hexadecimal with 0x, and nothing else. */
gboolean gy_number_parse(const char *text, guint32 *number);
