/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.attached;

import dev.nestmap.runtime.testing.InstalledCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Datagrams that leave through a netkit device of the calling thread's network namespace. */
record NetkitDatagrams(DatagramSocket sender) implements Events {
    static final String DEVICE = "netkit0";

    private static final byte[] BEHIND_THE_DEVICE = {10, 9, 0, 2};

    static NetkitDatagrams open() {
        InstalledCommand.line("ip link add " + DEVICE + " type netkit");
        for (String name : new String[] {DEVICE, peer()}) {
            InstalledCommand.line("ip link set " + name + " up");
        }
        InstalledCommand.line("ip addr add 10.9.0.1/24 dev " + DEVICE);
        try {
            return new NetkitDatagrams(new DatagramSocket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel chooses the name of the other device: nk0. */
    static String peer() {
        return InstalledCommand.run("ip", "-o", "link", "show", "type", "netkit")
                .succeeded()
                .output()
                .lines()
                .map(line -> line.split("[: @]+", -1)[1])
                .filter(name -> !name.equals(DEVICE))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void fire() {
        try {
            InetAddress address = InetAddress.getByAddress(BEHIND_THE_DEVICE);
            sender.send(new DatagramPacket(new byte[1], 1, address, 9));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sender.close();
    }
}
