/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.examples.rollingupgrade.TrafficV2Bpf.FlowMap;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.pin.MapIdentity;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;

/** The counter of version 2. */
record CounterV2(TrafficV2Bpf bpf, PinOptions pins) implements Service.Counter {
    @Override
    public void recover(Ledger ledger) throws IOException {
        for (FlowMap.Owned left : bpf.tenant().recoverUndrained().maps()) {
            add(left, ledger);
            left.close();
        }
    }

    @Override
    public void drain(long port, Ledger ledger) throws IOException {
        try (FlowMap.Owned flows = bpf.tenant().rotate(port)) {
            if (flows != null) {
                add(flows, ledger);
            }
        }
    }

    private static void add(FlowMap.Owned flows, Ledger ledger) throws IOException {
        Totals[] total = {Totals.NONE};
        flows.forEach(flow -> total[0] = total[0].plus(new Totals(flow.packets(), flow.bytes())));
        MapIdentity map = flows.identity("this machine");
        if (map != null) {
            ledger.add(map, total[0]);
        }
    }

    @Override
    public void detach() {
        Nestmap.openPinnedLink(Service.link(), pins).detach();
    }

    @Override
    public void close() {
        bpf.close();
    }
}
