// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/output.h"
#include "engine/job/job.h"

/** gy_report_device: what a device says about itself; @when: "now", "before" or "after". */
void gy_report_device(const GyOutput *output, const GyDeviceInfo *info, const char *when);
/** gy_report_device_object: the object only, nothing for people. */
void gy_report_device_object(const GyOutput *output, const GyDeviceInfo *info, const char *when);
/** gy_report_regions: of a device that has two: which one runs. */
void gy_report_regions(const GyOutput *output, const GyDeviceInfo *info);
