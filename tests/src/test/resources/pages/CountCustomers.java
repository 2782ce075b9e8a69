/* SPDX-License-Identifier: Apache-2.0 */
package com.acme;

import com.acme.Billing.Network;
import dev.nestmap.runtime.attach.Tcx;
import dev.nestmap.types.Ipv6Prefix;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** Sends a datagram to itself over IPv4 and over IPv6, and prints what the program of docs/customers.md has counted. */
public final class CountCustomers {
    public static void main(String[] args) throws Exception {
        try (BillingBpf bpf = BillingBpf.load();
                DatagramSocket socket = new DatagramSocket()) {
            bpf.network().put(new Network(Ipv6Prefix.parse("::ffff:127.0.0.0/104"), 1));
            bpf.network().put(new Network(Ipv6Prefix.parse("::1/128"), 2));
            bpf.customer().create(1);
            bpf.customer().create(2);
            bpf.countReceived().attach(Tcx.ingress("lo"));
            bpf.countSent().attach(Tcx.egress("lo"));

            for (String address : new String[] {"127.0.0.1", "::1"}) {
                socket.send(new DatagramPacket(new byte[100], 100, InetAddress.getByName(address), socket.getLocalPort()));
            }
            for (long customer = 1; customer <= 2; customer++) {
                bpf.customer().drain(customer, old -> old.map().forEach(
                        traffic -> System.out.println(old.key() + ": " + traffic)));
            }
        }
    }
}
