/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.FlowMap;
import dev.nestmap.runtime.Network.TenantMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;

/** Tests of pins with the object of a network. */
abstract class PinnedTest extends PinningTest {
    static final FlowKey HTTPS = new FlowKey(443, 6);

    @TempDir
    private Path directory;

    Network load(String... options) throws IOException {
        return Network.load(object(options), pins);
    }

    /** Pins a map like a process that was killed after it had pinned the map and before the kernel took it out of the slot. */
    void pinAsDraining(String outer, long key, TenantMap tenants) {
        pinAsDraining(outer, key, key, tenants);
    }

    /** Pins the map of a slot as one that was taken out of another slot. */
    void pinAsDraining(String outer, long from, long slot, TenantMap tenants) {
        FlowMap flows = Objects.requireNonNull(tenants.get(slot));
        RawMap map = Objects.requireNonNull(new KernelMapFactory().open(flows.id()));
        new KernelPins().pin(map, fs.path(outer + "-draining/" + from + "-" + flows.id()), pins);
        map.close();
    }

    /** Displaces a map like a process that was killed before it drained the map. */
    void leaveWaiting(String outer, long key, TenantMap tenants) {
        pinAsDraining(outer, key, tenants);
        tenants.discard(key);
    }

    Path object(String... options) throws IOException {
        return Files.write(directory.resolve("network.bpf.o"), TestPrograms.object("network.bpf.c", options));
    }
}
