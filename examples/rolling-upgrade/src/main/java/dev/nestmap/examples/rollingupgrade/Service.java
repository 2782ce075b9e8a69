/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A service that counts the datagrams to a port, in one of two versions. It may be killed at any moment.
 *
 * <p>Arguments: the version (1 or 2), the interface, the port, the directory of the pins, the directory of the ledger, and {@code once} to
 * drain everything, detach the program and end.
 */
final class Service {
    /** Printed when the program is attached and everything that an earlier run left is drained. */
    static final String READY = "ready";

    static final String ONCE = "once";

    private Service() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        long port = Long.parseLong(arguments[2]);
        PinOptions pins = PinOptions.in(Path.of(arguments[3])).withMachine("this machine");
        Ledger ledger = new Ledger(Path.of(arguments[4]));
        boolean once = arguments.length > 5 && arguments[5].equals(ONCE);
        try (Counter<?, ?> counter =
                arguments[0].equals("1") ? v1(arguments[1], pins, port) : v2(arguments[1], pins, port)) {
            counter.recover(ledger);
            System.out.println(READY);
            do {
                counter.drain(ledger);
                Thread.sleep(10);
            } while (!once);
            counter.detach();
            counter.drain(ledger);
        }
    }

    private static Counter<?, ?> v1(String interfaceName, PinOptions pins, long port) {
        TrafficV1Bpf bpf = TrafficV1Bpf.open()
                .pins(pins)
                .attach(TrafficV1Bpf.COUNT, Xdp.on(interfaceName), Counter.LINK)
                .load();
        bpf.tenant().getOrCreate(port);
        return new Counter<>(bpf, bpf.tenant(), flow -> new Totals(flow.packets(), flow.bytes()), pins);
    }

    private static Counter<?, ?> v2(String interfaceName, PinOptions pins, long port) {
        TrafficV2Bpf bpf = TrafficV2Bpf.open()
                .pins(pins)
                .attach(TrafficV2Bpf.COUNT, Xdp.on(interfaceName), Counter.LINK)
                .load();
        bpf.tenant().getOrCreate(port);
        return new Counter<>(bpf, bpf.tenant(), flow -> new Totals(flow.packets(), flow.bytes()), pins);
    }
}
