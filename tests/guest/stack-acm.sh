# SPDX-License-Identifier: Apache-2.0
# A USB host and a USB device with a CDC-ACM function, in one kernel: /dev/ttyGS0 is the device's side of /dev/ttyACM0.
# modules: dummy_hcd libcomposite usb_f_acm cdc_acm configfs usbmon
mount -t configfs none /sys/kernel/config
gadget=/sys/kernel/config/usb_gadget/board
mkdir $gadget $gadget/strings/0x409 $gadget/configs/c.1 $gadget/functions/acm.0
echo 0x1d6b >$gadget/idVendor
echo 0x0104 >$gadget/idProduct
echo 0x0200 >$gadget/bcdUSB
echo BOARD0001 >$gadget/strings/0x409/serialnumber
echo Gantry >$gadget/strings/0x409/manufacturer
echo 'Test board' >$gadget/strings/0x409/product
ln -s $gadget/functions/acm.0 $gadget/configs/c.1/
