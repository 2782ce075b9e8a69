/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.examples.rollingupgrade.TrafficV2Bpf.FlowMap;
import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;

/** The counter of version 2. */
record CounterV2(TrafficV2Bpf bpf, PinOptions pins) implements Service.Counter {
    @Override
    public void recover(Ledger ledger) {
        bpf.tenant().drainWaiting(left -> add(left, ledger));
    }

    @Override
    public void drain(long port, Ledger ledger) {
        bpf.tenant().drain(port, drained -> add(drained, ledger));
    }

    private static void add(Displaced<Long, FlowMap> drained, Ledger ledger) throws IOException {
        Totals[] total = {Totals.NONE};
        drained.map().forEach(flow -> total[0] = total[0].plus(new Totals(flow.packets(), flow.bytes())));
        ledger.add(drained.identity(), total[0]);
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
