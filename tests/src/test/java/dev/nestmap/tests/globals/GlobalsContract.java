/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.globals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.tests.globals.Sampled.Gate;
import dev.nestmap.tests.globals.Sampled.Hits;
import dev.nestmap.tests.globals.Sampled.Limit;
import dev.nestmap.tests.globals.Sampled.Mode;
import dev.nestmap.tests.globals.Sampled.SampleConfig;
import dev.nestmap.tests.globals.Sampled.SampleStats;
import dev.nestmap.types.IntList;
import dev.nestmap.types.Ipv4Prefix;
import dev.nestmap.types.LongList;
import java.net.Inet4Address;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Global variables have the values of the load, and are shared with programs, in the kernel and in memory. */
abstract class GlobalsContract {
    static final Inet4Address VIP = Ipv4Prefix.parse("192.0.2.1/32").address();
    static final Limit LIMIT = new Limit(1_000);
    static final Gate CLOSED = new Gate(0, 0);

    abstract SampledBpf load(SampleConfig config, Limit limit, Gate gate);

    static SampleConfig everyPacket(Mode mode, boolean slow) {
        return new SampleConfig(1, VIP, mode, slow, IntList.of(53, 80, 443));
    }

    static Hits hits(long... counts) {
        return new Hits(LongList.of(counts));
    }

    @AutoClose
    private final SampledBpf bpf = load();

    private SampledBpf load() {
        return load(everyPacket(Mode.COUNT, true), LIMIT, new Gate(1, 1L << 40));
    }

    @Test
    void constantsHaveTheValuesOfTheLoad() {
        assertThat(bpf.sampleConfig()).usingRecursiveComparison().isEqualTo(everyPacket(Mode.COUNT, true));
        assertThat(bpf.limit()).isEqualTo(LIMIT);
    }

    @Test
    void eachLoadHasItsOwnValues() {
        try (SampledBpf other = load(everyPacket(Mode.COUNT, false), new Limit(7), CLOSED)) {
            bpf.sampleStats().set(new SampleStats(1, 0, 0, 0, 0, Mode.COUNT));
            assertThat(bpf.limit()).isEqualTo(LIMIT);
            assertThat(other.limit()).isEqualTo(new Limit(7));
            assertThat(other.sampleStats().get().packets()).isZero();
        }
    }

    @Test
    void variablesAreZeroUnlessTheirValueIsGiven() {
        assertThat(bpf.sampleStats().get()).isEqualTo(new SampleStats(0, 0, 0, 0, 0, Mode.COUNT));
        assertThat(bpf.gate().get()).isEqualTo(new Gate(1, 1L << 40));
        assertThat(bpf.hits().get()).isEqualTo(hits(0, 0, 0, 0));
    }

    @Test
    void writesChangeOneVariableOnly() {
        SampleStats stats = new SampleStats(1L << 63, 0xffff_fff0L, -5, 200, 65_535, Mode.READ_UNCHECKED);
        bpf.sampleStats().set(stats);
        bpf.hits().set(hits(1, 2, 3, 4));
        assertThat(bpf.sampleStats().get()).isEqualTo(stats);
        assertThat(bpf.hits().get()).isEqualTo(hits(1, 2, 3, 4));
        assertThat(bpf.gate().get()).isEqualTo(new Gate(1, 1L << 40));
        assertThat(bpf.sampleStats().name()).isEqualTo("sample_stats");
    }

    @Test
    @SuppressWarnings("NullAway") // callers without null analysis can pass null
    void valuesThatDoNotFitAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        load(new SampleConfig(1L << 32, VIP, Mode.COUNT, true, IntList.of(0, 0, 0)), LIMIT, CLOSED))
                .withMessageStartingWith("SampleConfig.sampleRate is 4294967296");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> load(everyPacket(Mode.COUNT, true), null, CLOSED))
                .withMessage("the value of variable limit is null: pass an instance of the record that declares it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bpf.sampleStats().set(new SampleStats(1, 1, 1, 256, 1, Mode.COUNT)));
        assertThat(bpf.sampleStats().get()).isEqualTo(new SampleStats(0, 0, 0, 0, 0, Mode.COUNT));
    }

    @Test
    void aClosedObjectHasNoVariables() {
        bpf.close();

        assertThatThrownBy(() -> bpf.sampleStats().get()).isInstanceOf(InvalidHandleException.class);
        assertThatThrownBy(() -> bpf.hits().set(hits(1, 2, 3, 4)))
                .isInstanceOf(InvalidHandleException.class)
                .hasMessageContaining("object sampled was closed");
        assertThatThrownBy(bpf::sampleConfig).isInstanceOf(InvalidHandleException.class);
    }
}
