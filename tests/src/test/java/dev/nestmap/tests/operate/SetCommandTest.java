/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.Pinned;
import dev.nestmap.tests.kernel.Pinned.Flow;
import dev.nestmap.tests.kernel.Pinned.Site;
import dev.nestmap.tests.kernel.PinnedBpf;
import dev.nestmap.tests.kernel.PinnedBpf.CustomerMap;
import dev.nestmap.tests.kernel.PinnedBpf.SiteMap;
import dev.nestmap.tests.kernel.PinnedBpf.TotalMap;
import dev.nestmap.tests.toolchain.BpfObjects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The commands {@code set} and {@code remove} change one entry, and refuse while programs may write. */
@KernelTest
@Tag("jdk-independent")
class SetCommandTest extends PinningTest {
    private PinnedBpf load() {
        return PinnedBpf.open(BpfObjects.of("pinned")).pins(pins).load();
    }

    @Test
    void changesOneEntryByTheNamesOfItsFields() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            bpf.site().create(new Site(42, 2)).put(new Flow(443, 5, 6));
        }
        try (CustomerMap.Owned customers = PinnedBpf.CUSTOMER_MAP.openPinned(fs.path("acme/customer"));
                SiteMap.Owned sites = PinnedBpf.SITE_MAP.openPinned(fs.path("acme/site"));
                TotalMap.Owned totals = PinnedBpf.TOTAL_MAP.openPinned(fs.path("acme/total"))) {
            assertThat(Command.run("set", fs.path("acme/customer"), "outer=42", "key=80", "packets=7")
                            .succeeded()
                            .lines()
                            .map(line -> line.replaceAll("id [0-9]+", "id N")))
                    .containsExactly(
                            "flow_map id N", "  before: 80 → packets=1 bytes=2", "  now:    80 → packets=7 bytes=2");
            assertThat(customers.get(42, 80)).isEqualTo(new Flow(80, 7, 2));
            Command.run("set", fs.path("acme/customer"), "outer=42", "key=81", "packets=8", "bytes=0x10")
                    .succeeded();
            assertThat(customers.get(42, 81)).isEqualTo(new Flow(81, 8, 16));
            Command.run("set", fs.path("acme/total"), "key=3", "value=9").succeeded();
            assertThat(totals.get(3))
                    .isNotNull()
                    .extracting(Pinned.Total::packets)
                    .isEqualTo(9L);

            assertThat(Command.run("remove", fs.path("acme/customer"), "outer=42", "key=81")
                            .succeeded())
                    .contains("  removed: 81 → packets=8 bytes=16");
            assertThat(customers.get(42, 81)).isNull();
            Command.run("remove", fs.path("acme/customer"), "outer=42", "key=81")
                    .failed(1);
            assertThat(sites.get(new Site(42, 2), 443)).isEqualTo(new Flow(443, 5, 6));
        }
    }

    @Test
    void checksNamesAndTypes() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
        }
        Object pin = fs.path("acme/customer");
        assertThat(Command.run("set", pin, "key=80", "packets=7").failed(3)).contains("select one with outer=KEY");
        assertThat(Command.run("set", pin, "outer=42", "packets=7").failed(3))
                .contains("the key is missing: key=VALUE");
        assertThat(Command.run("set", pin, "outer=42", "key=80", "packet=7").failed(3))
                .contains("the map has no field packet");
        assertThat(Command.run("set", pin, "outer=42", "key=99", "packets=7").failed(3))
                .contains("the field bytes of the value is missing");
        assertThat(Command.run("set", pin, "outer=42", "key=80", "packets=-1").failed(3))
                .contains("packets=-1: packets");
        assertThat(Command.run("set", pin, "outer=42", "key=80", "packets=many").failed(3))
                .contains("is a number");
        assertThat(Command.run("set", pin, "outer=4294967296", "key=80", "packets=1")
                        .failed(3))
                .contains("outer");
        assertThat(Command.run("set", pin, "outer=7", "key=80", "packets=1").failed(3))
                .contains("no inner map at this key");
        assertThat(Command.run("set", pin, "key").failed(3)).contains("is not FIELD=VALUE");
    }

    @Test
    void refusesWhileProgramsMayWrite() {
        try (PinnedBpf bpf = load()) {
            bpf.customer().create(42).put(new Flow(80, 1, 2));
            Object pin = fs.path("acme/customer");
            assertThat(Command.run("set", pin, "outer=42", "key=80", "packets=7")
                            .failed(3))
                    .contains("programs may write to the map", "count (id ", "Nothing was changed");
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 1, 2));
            Command.run("set", pin, "outer=42", "key=80", "packets=7", "--while-programs-write")
                    .succeeded();
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 7, 2));

            String inner = Command.run("set", pin, "outer=42", "key=80", "packets=8", "--while-programs-write")
                    .succeeded()
                    .replaceFirst("(?s).* id ([0-9]+).*", "$1");
            assertThat(Command.run("set", inner, "key=80", "packets=9").failed(3))
                    .contains("programs may write to the map", "count (id ", "Nothing was changed");
            assertThat(bpf.customer().get(42, 80)).isEqualTo(new Flow(80, 8, 2));
        }
    }
}
