/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.tests.maptypes.LostEvents.Hit;
import dev.nestmap.tests.maptypes.LostEventsBpf;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Uses maps in memory, then in the kernel if there is an object file, and closes them. */
public final class DeployedApplication implements Consumer<Path> {
    @Override
    public void accept(Path object) {
        try (LostEventsBpf bpf = LostEventsBpf.inMemory()) {
            count(bpf);
        }
        if (!object.toString().isEmpty()) {
            try (LostEventsBpf bpf = LostEventsBpf.open(object)
                    .pins(PinOptions.in(object.resolveSibling(System.getProperty("pins"))))
                    .load()) {
                count(bpf);
                if (bpf.program("overflow").testRun(new byte[64]).returnValue() != 3) {
                    throw new IllegalStateException("the program did not count");
                }
            }
        }
    }

    private static void count(LostEventsBpf bpf) {
        bpf.guest().create(1).put(new Hit(1, 7));
        long[] packets = {0};
        bpf.guest().drainAll(drained -> drained.map().forEach(hit -> packets[0] += hit.packets()));
        if (packets[0] != 7) {
            throw new IllegalStateException("packets: " + packets[0]);
        }
    }
}
