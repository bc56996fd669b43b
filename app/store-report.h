// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/store/store.h"

/** GY_STORED_DIGITS: digits of a digest that are shown; they are as good as the whole in every command. */
#define GY_STORED_DIGITS 12

/** gy_report_stored: one line or object about an image; @problem: (nullable): what is wrong with it. */
void gy_report_stored(
	const GyOutput *output, GyStore *store, const GyStoredImage *image, const GError *problem);

/** gy_report_stored_object: the object alone; nothing without --json. */
void gy_report_stored_object(
	const GyOutput *output, GyStore *store, const GyStoredImage *image, const GError *problem);
