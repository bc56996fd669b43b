// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gio/gio.h>

#include "engine/packages/format.h"
#include "engine/store/store.h"

/**
 * GyDeltaReason: why a difference is sent, or the whole package.
 * @GY_DELTA_SENT: a difference is sent
 * @GY_DELTA_OTHER_SYSTEM: for packages of this system none are made
 * @GY_DELTA_NOT_WHOLE: the package is a difference itself
 * @GY_DELTA_DEVICE_SILENT: the device tells neither what it runs nor its version
 * @GY_DELTA_NOT_STORED: what the device runs is not in the store
 * @GY_DELTA_DAMAGED: it is, and is damaged
 * @GY_DELTA_NO_KEY: the package is signed, and there is no key to sign the difference with
 * @GY_DELTA_NOT_SMALLER: the difference has as many bytes as the package, or more
 * @GY_DELTA_NOT_MADE: something went wrong in making it
 * @GY_DELTA_REFUSED: the device did not take it
 */
typedef enum {
	GY_DELTA_SENT,
	GY_DELTA_OTHER_SYSTEM,
	GY_DELTA_NOT_WHOLE,
	GY_DELTA_DEVICE_SILENT,
	GY_DELTA_NOT_STORED,
	GY_DELTA_DAMAGED,
	GY_DELTA_NO_KEY,
	GY_DELTA_NOT_SMALLER,
	GY_DELTA_NOT_MADE,
	GY_DELTA_REFUSED,
	GY_DELTA_N_REASONS,
} GyDeltaReason;

/** gy_delta_reason_word: "difference", "not-stored"; stable, for JSON and records. */
const char *gy_delta_reason_word(GyDeltaReason reason);

/**
 * GyDeltaChoice: what one device is sent.
 * @reason: why
 * @sentence: the same for people, without a full stop
 * @difference: (nullable): the package to be sent in place of the whole one
 * @old_sha256: of the image that it was made against
 * @old_version: (nullable): the version by which that image was found, if the device tells nothing else
 * @whole_size: bytes of the whole package
 * @size: bytes of what is sent
 */
typedef struct {
	GyDeltaReason reason;
	char *sentence;
	GyPackage *difference;
	guint8 old_sha256[32];
	char *old_version;
	guint64 whole_size;
	guint64 size;
} GyDeltaChoice;

GyDeltaChoice *gy_delta_choice_copy(const GyDeltaChoice *choice);
void gy_delta_choice_free(GyDeltaChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyDeltaChoice, gy_delta_choice_free)

/** gy_delta_choice_fall_back: the whole package is sent after all. */
void gy_delta_choice_fall_back(GyDeltaChoice *choice, GyDeltaReason reason, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/**
 * GyAutoDelta:
 *
 * Differences to one new package, made when a device is known, from images of a store. Several devices may ask at once,
 * each on its own thread: a difference is made once for all that run the same image, and kept in the store's cache.
 */
typedef struct _GyAutoDelta GyAutoDelta;

/**
 * gy_auto_delta_new:
 * @store: where old images are looked for, and where made differences are kept
 * @whole: the package that is to be on the devices
 * @keys: (nullable): options whose group "keys" signs a difference to a signed package; they have to outlive it
 * @keeps_new: whether gy_auto_delta_keep() does anything
 */
GyAutoDelta *gy_auto_delta_new(
	GyStore *store, GyPackage *whole, const GyBuildOptions *keys, gboolean keeps_new);
GyAutoDelta *gy_auto_delta_ref(GyAutoDelta *delta);
void gy_auto_delta_unref(GyAutoDelta *delta);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GyAutoDelta, gy_auto_delta_unref)

/**
 * gy_auto_delta_choose:
 * @target: what the device says of itself
 * @watch: (nullable): who looks on while a difference is made, or waits until another thread has made it
 * @error: return location
 *
 * A difference is chosen only against the image whose digest the device told, or, of a device that tells no digest, against
 * the only stored image of the version that it told. It was applied and compared.
 *
 * Returns: (transfer full): what to send, or %NULL with %GY_ERROR_CANCELLED
 */
GyDeltaChoice *gy_auto_delta_choose(GyAutoDelta *delta, const GyTarget *target, const GyWatch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * gy_auto_delta_keep:
 * @version: (nullable): what the device says that it runs now
 * @error: return location
 *
 * The new image is on a device: puts it into the store, so that a difference can be made from it next time. Only the first
 * device of several makes it do anything.
 *
 * Returns: %FALSE with an error of gy_store_add()
 */
gboolean gy_auto_delta_keep(GyAutoDelta *delta, const char *version, GError **error);
