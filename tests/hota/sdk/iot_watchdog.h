/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IOT_WATCHDOG_H
#define IOT_WATCHDOG_H

void IoTWatchDogKick(void);

#endif
