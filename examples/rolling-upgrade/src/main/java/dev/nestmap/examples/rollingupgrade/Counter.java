/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.rollingupgrade;

import dev.nestmap.runtime.Displaced;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.ReadableAccessor;
import dev.nestmap.runtime.attach.LinkPin;
import dev.nestmap.runtime.pin.PinOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * What both versions do with their maps.
 *
 * @param counts returns what a record of the version has counted
 */
record Counter<F, M extends ReadableAccessor<?, F>>(
        LoadedObject bpf, OuterAccessor<Long, M> tenants, Function<F, Totals> counts, PinOptions pins)
        implements AutoCloseable {
    static final LinkPin LINK = LinkPin.at(Path.of("count"));

    /** Drains what an earlier run, or the other version, has taken out. */
    void recover(Ledger ledger) {
        tenants.drainWaiting(left -> add(left, ledger));
    }

    /** Puts empty maps into the slots, and drains the old ones. */
    void drain(Ledger ledger) {
        tenants.drainAll(drained -> add(drained, ledger));
    }

    private void add(Displaced<Long, M> drained, Ledger ledger) throws IOException {
        Totals[] total = {Totals.NONE};
        drained.map().forEach(flow -> total[0] = total[0].plus(counts.apply(flow)));
        ledger.add(drained.identity(), total[0]);
    }

    /** Detaches the program, although its link is pinned. */
    void detach() {
        Nestmap.openPinnedLink(LINK.path(), pins).detach();
    }

    @Override
    public void close() {
        bpf.close();
    }
}
