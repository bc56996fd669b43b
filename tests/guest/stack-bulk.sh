# SPDX-License-Identifier: Apache-2.0
# A USB host and a USB device with a vendor's bulk interface that the test program itself is (FunctionFS), in one kernel.
# modules: dummy_hcd libcomposite usb_f_fs configfs
mount -t configfs none /sys/kernel/config
gadget=/sys/kernel/config/usb_gadget/board
mkdir $gadget $gadget/strings/0x409 $gadget/configs/c.1 $gadget/functions/ffs.board
echo 0x1209 >$gadget/idVendor
echo 0x0001 >$gadget/idProduct
echo 0x0200 >$gadget/bcdUSB
echo BOARD0002 >$gadget/strings/0x409/serialnumber
echo Gantry >$gadget/strings/0x409/manufacturer
echo 'Test bulk board' >$gadget/strings/0x409/product
ln -s $gadget/functions/ffs.board $gadget/configs/c.1/
mkdir /dev/ffs
mount -t functionfs board /dev/ffs
