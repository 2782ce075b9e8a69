package com.acme;

import com.acme.Traffic.Sent;
import dev.nestmap.runtime.attach.Cgroup;
import java.net.NetworkInterface;

public final class Main {
    public static void main(String[] args) throws Exception {
        try (TrafficBpf bpf = TrafficBpf.load()) {
            for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
                bpf.device().create((long) device.getIndex());
            }
            bpf.count().attach(Cgroup.root()); // for all processes; detached when bpf is closed, or when the process ends
            while (true) {
                Thread.sleep(2_000);
                print(bpf);
            }
        }
    }

    private static void print(TrafficBpf bpf) throws Exception {
        bpf.device().drainAll(drained -> { // empty maps take over
            for (Sent sent : drained.map()) {
                System.out.printf("%-8s %-16s %,6d packets %,10d bytes%n", name(drained.key()),
                        sent.destination().getHostAddress(), sent.packets(), sent.bytes());
            }
        });
        System.out.println();
    }

    private static String name(long index) {
        try {
            return NetworkInterface.getByIndex((int) index).getName();
        } catch (Exception e) {
            return "interface " + index; // it is gone by now
        }
    }
}
