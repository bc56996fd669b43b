# SPDX-License-Identifier: Apache-2.0
# Two radios in reach of each other (btvirt), and BlueZ for both: hci0 is this computer's, hci1 the device's. The device
# announces a serial port on channel 7; whoever listens there is the device.
# modules: hci_vhci rfcomm cmac
# bluez: /usr/libexec/bluetooth/bluetoothd /usr/bin/btvirt /usr/bin/sdptool
# host: /usr/bin/dbus-daemon:/usr/bin/dbus-daemon
mkdir -p /etc /run/dbus /var/lib/bluetooth
ln -s /run /var/run
echo root:x:0:0:root:/:/bin/sh >/etc/passwd
echo root:x:0: >/etc/group
echo 0123456789abcdef0123456789abcdef >/etc/machine-id
cat >/etc/bus.conf <<'TEXT'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/dbus/system_bus_socket</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
TEXT
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
dbus-daemon --config-file=/etc/bus.conf --fork
btvirt -B -l2 >/dev/console 2>&1 &
until_works [ -d /sys/class/bluetooth/hci1 ]
# only with --compat does it take announcements from sdptool
/usr/libexec/bluetooth/bluetoothd --nodetach --compat >/dev/console 2>&1 &
until_works [ -S /run/sdp ]
until_works sdptool add --channel=7 SP >/dev/console 2>&1
