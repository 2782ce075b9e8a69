/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.Recent;
import dev.nestmap.runtime.internal.MapFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What accessors of hashes and arrays do, on any backend. */
abstract class AccessorContract {
    private static final FlowKey HTTPS = new FlowKey(443, 6);
    private static final FlowKey DNS = new FlowKey(53, 17);

    private Network network;

    abstract MapFactory factory();

    @BeforeEach
    void load() {
        network = Network.of(factory());
    }

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void readsWhatItWrote() {
        network.flow().put(new Flow(HTTPS, 7));

        assertThat(network.flow().get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(network.flow().contains(HTTPS)).isTrue();
        assertThat(network.flow().get(DNS)).isNull();
        assertThat(network.flow().contains(DNS)).isFalse();
    }

    @Test
    void replacesOnPut() {
        network.flow().put(new Flow(HTTPS, 7));
        network.flow().put(new Flow(HTTPS, 8));

        assertThat(network.flow()).containsExactly(new Flow(HTTPS, 8));
    }

    @Test
    void putsOnlyWhereTheModeAllows() {
        assertThat(network.flow().put(new Flow(HTTPS, 1), UpdateMode.EXIST)).isFalse();
        assertThat(network.flow().put(new Flow(HTTPS, 2), UpdateMode.NOEXIST)).isTrue();
        assertThat(network.flow().put(new Flow(HTTPS, 3), UpdateMode.NOEXIST)).isFalse();
        assertThat(network.flow().get(HTTPS)).isEqualTo(new Flow(HTTPS, 2));
        assertThat(network.flow().put(new Flow(HTTPS, 4), UpdateMode.EXIST)).isTrue();
        assertThat(network.flow().get(HTTPS)).isEqualTo(new Flow(HTTPS, 4));
    }

    @Test
    void removesOnce() {
        network.flow().put(new Flow(HTTPS, 1));

        assertThat(network.flow().remove(HTTPS)).isTrue();
        assertThat(network.flow().remove(HTTPS)).isFalse();
        assertThat(network.flow().count()).isZero();
    }

    @Test
    void saysThatAHashIsFull() {
        fillFlows();

        BpfException full =
                catchThrowableOfType(BpfException.class, () -> network.flow().put(new Flow(new FlowKey(9999, 6), 1)));

        assertThat(full.errnoName()).isEqualTo("E2BIG");
        assertThat(full.map()).isEqualTo("flow");
        assertThat(full.key()).isEqualTo(new FlowKey(9999, 6));
        assertThat(full).hasMessageContaining("full").hasMessageContaining("64");
    }

    @Test
    void iteratesOverEveryEntryOnce() {
        fillFlows();
        List<Flow> seen = new ArrayList<>();

        network.flow().forEach(seen::add);

        assertThat(seen).doesNotHaveDuplicates().hasSize(Network.FLOWS);
        assertThat(network.flow()).containsExactlyInAnyOrderElementsOf(seen);
        assertThat(network.flow().count()).isEqualTo(Network.FLOWS);
    }

    @Test
    void iteratesOverNothing() {
        Iterator<Flow> iterator = network.flow().iterator();

        assertThat(iterator.hasNext()).isFalse();
        assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void mayBeCalledWhileIterating() {
        fillFlows();

        network.flow().forEach(flow -> {
            assertThat(network.flow().get(flow.key())).isEqualTo(flow);
            network.flow().remove(flow.key());
        });

        assertThat(network.flow().count()).isZero();
    }

    @Test
    void clearsAHash() {
        fillFlows();

        network.flow().clear();

        assertThat(network.flow()).isEmpty();
    }

    @Test
    void refusesAComponentThatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.flow().put(new Flow(new FlowKey(65536, 6), 1)))
                .withMessage("FlowKey.port is 65536, outside of 0 to 65535");
        assertThat(network.flow().count()).isZero();
    }

    @Test
    void holdsEveryIndexOfAnArrayFromTheStart() {
        assertThat(network.counter().count()).isEqualTo(Network.COUNTERS);
        assertThat(network.counter())
                .containsExactlyElementsOf(IntStream.range(0, Network.COUNTERS)
                        .mapToObj(i -> new Counter(i, 0))
                        .toList());
        assertThat(network.counter().put(new Counter(3, 5), UpdateMode.NOEXIST)).isFalse();
        assertThat(network.counter().put(new Counter(3, 5), UpdateMode.EXIST)).isTrue();
        assertThat(network.counter().get(3)).isEqualTo(new Counter(3, 5));
    }

    @Test
    void saysWhichIndicesAnArrayHas() {
        assertThat(network.counter().get(Network.COUNTERS)).isNull();
        assertThatThrownBy(() -> network.counter().put(new Counter(Network.COUNTERS, 1)))
                .isInstanceOf(BpfException.class)
                .hasMessageContaining("E2BIG")
                .hasMessageContaining("0 to 7");
    }

    @Test
    void clearsAnArrayToZeros() {
        network.counter().put(new Counter(3, 5));

        network.counter().clear();

        assertThat(network.counter().get(3)).isEqualTo(new Counter(3, 0));
    }

    @Test
    void evictsFromAnLru() {
        for (int i = 0; i < 10 * Network.FLOWS; i++) {
            network.recent().put(new Recent(i, i));
        }

        assertThat(network.recent().count()).isBetween(1L, (long) Network.FLOWS);
        assertThat(network.recent().get(10L * Network.FLOWS - 1)).isNotNull();
    }

    @Test
    void knowsWhatItIs() {
        assertThat(network.flow().name()).isEqualTo("flow");
        assertThat(network.flow().maxEntries()).isEqualTo(Network.FLOWS);
        assertThat(network.flow().id())
                .isPositive()
                .isNotEqualTo(network.counter().id());
        assertThat(network.flow()).hasToString("HASH flow (id " + network.flow().id() + ")");
    }

    @Test
    void saysWhyItIsNoLongerValid() {
        Iterator<Flow> iterator = network.flow().iterator();

        network.close();
        network.close();

        assertThat(network.isClosed()).isTrue();
        assertThatThrownBy(() -> network.flow().get(HTTPS))
                .isInstanceOf(BpfException.class)
                .hasMessage("use of map flow: the handle is no longer valid: object network was closed");
        assertThatThrownBy(iterator::hasNext).isInstanceOf(BpfException.class);
        assertThat(network.flow().name()).isEqualTo("flow");
    }

    private void fillFlows() {
        for (int i = 0; i < Network.FLOWS; i++) {
            network.flow().put(new Flow(new FlowKey(i, 6), i));
        }
    }
}
