/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertInvalid;
import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertThrown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nestmap.runtime.Network.Counter;
import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.Network.Recent;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.types.ByteString;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Accessors of hashes and arrays read, write and iterate in the same way on any backend. */
abstract class AccessorContract extends NetworkContract {
    private static final FlowKey DNS = new FlowKey(53, 17);

    @Test
    void readsWhatItWrote() {
        network.flow().put(new Flow(HTTPS, 7));

        assertThat(network.flow().get(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(network.flow().contains(HTTPS)).isTrue();
        assertThat(network.flow().get(DNS)).isNull();
        assertThat(network.flow().contains(DNS)).isFalse();
    }

    @Test
    void returnsTheEntriesOfSeveralKeys() {
        network.flow().putAll(flows(0, 3));
        List<FlowKey> keys = List.of(key(2), HTTPS, key(0), key(2));

        assertThat(network.flow().getAll(keys)).containsExactly(Map.entry(key(2), flow(2)), Map.entry(key(0), flow(0)));
        assertThat(network.flow().getAll(List.of())).isEmpty();
        assertThat(network.flow().getAll(List.of(HTTPS, DNS))).isEmpty();
        assertThrown(NullPointerException.class, () -> network.flow().getAll(Collections.singleton(null)))
                .hasMessage("a key for map flow is null");
        assertInvalid(() -> network.flow().getAll(List.of(key(2), key(-1))), "-1");
    }

    @Test
    void passesTheBytesOfItsEntries() {
        network.flow().putAll(List.of(new Flow(HTTPS, 7), new Flow(DNS, 0x1122334455667788L)));
        List<Flow> entries = new ArrayList<>();

        network.flow().forEachBytes((key, value) -> {
            assertThat(key.remaining()).isEqualTo(4);
            assertThat(key.getShort(0)).isEqualTo(portInNetworkOrder(key.get(2)));
            entries.add(network.flow().fromBytes(key, value));
        });

        assertThat(entries).containsExactlyInAnyOrder(new Flow(HTTPS, 7), new Flow(DNS, 0x1122334455667788L));
    }

    @Test
    void convertsAnEntryToBytesInTheOrderOfTheMachine() {
        network.flow().toBytes(new Flow(HTTPS, 7), (key, value) -> {
            assertThat(value.getLong(0)).isEqualTo(7);
            assertThat(key.getShort(0)).isEqualTo(portInNetworkOrder(key.get(2)));
        });
    }

    private static short portInNetworkOrder(byte protocol) {
        short port = (short) (protocol == 6 ? 443 : 53);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? port : Short.reverseBytes(port);
    }

    @Test
    void rejectsBytesOfAnotherSize() {
        assertInvalid(() -> network.flow().fromBytes(ByteBuffer.allocate(4), ByteBuffer.allocate(9)))
                .hasMessage("an entry of flow has a key of 4 bytes and a value of 8, but the given ones have 4 and 9");
    }

    @Test
    void convertsKeysOfTheOuterMap() {
        ByteBuffer key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, 42);

        assertThat(tenants.expert().keyFromBytes(ByteString.of(key.array()))).isEqualTo(42L);
        assertInvalid(() -> tenants.expert().keyFromBytes(ByteString.ofHex("0011")))
                .hasMessage("a key of tenant has 4 bytes, and not 2");
    }

    @Test
    void putsOnlyWhereTheModeAllows() {
        assertThat(network.flow().replace(new Flow(HTTPS, 1))).isFalse();
        assertThat(network.flow().putIfAbsent(new Flow(HTTPS, 2))).isTrue();
        assertThat(network.flow().putIfAbsent(new Flow(HTTPS, 3))).isFalse();
        assertThat(network.flow().get(HTTPS)).isEqualTo(new Flow(HTTPS, 2));
        assertThat(network.flow().replace(new Flow(HTTPS, 4))).isTrue();
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

        assertBpfException(() -> network.flow().put(new Flow(new FlowKey(9999, 6), 1)), "full", "64")
                .hasErrno(Errno.E2BIG)
                .onMap("flow")
                .atKey(new FlowKey(9999, 6));
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
    void saysWhetherItIsEmpty() {
        assertThat(network.flow().isEmpty()).isTrue();
        network.flow().put(new Flow(HTTPS, 1));
        assertThat(network.flow().isEmpty()).isFalse();
        network.flow().remove(HTTPS);
        assertThat(network.flow().isEmpty()).isTrue();
        assertThat(network.counter().isEmpty())
                .as("an array always has entries")
                .isFalse();
    }

    @Test
    void saysWhetherItIsEmptyWithoutNewMemory() {
        fillFlows();
        BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        long before = buffers.getCount();
        for (int i = 0; i < 1000; i++) {
            assertThat(network.flow().isEmpty()).isFalse();
        }
        assertThat(buffers.getCount()).isLessThan(before + 100);
    }

    @Test
    void iteratesOverNothing() {
        Iterator<Flow> iterator = network.flow().iterator();

        assertThat(iterator.hasNext()).isFalse();
        assertThrown(NoSuchElementException.class, iterator::next);
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
    void holdsEveryIndexOfAnArrayFromTheStart() {
        assertThat(network.counter().count()).isEqualTo(Network.COUNTERS);
        assertThat(network.counter())
                .containsExactlyElementsOf(IntStream.range(0, Network.COUNTERS)
                        .mapToObj(i -> new Counter(i, 0))
                        .toList());
        assertThat(network.counter().putIfAbsent(new Counter(3, 5))).isFalse();
        assertThat(network.counter().replace(new Counter(3, 5))).isTrue();
        assertThat(network.counter().get(3)).isEqualTo(new Counter(3, 5));
    }

    @Test
    void saysWhichIndicesAnArrayHas() {
        assertThat(network.counter().get(Network.COUNTERS)).isNull();
        assertBpfException(() -> network.counter().put(new Counter(Network.COUNTERS, 1)), "0 to 7")
                .hasErrno(Errno.E2BIG);
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
    void hasNameSizeAndId() {
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
        assertBpfException(() -> network.flow().get(HTTPS))
                .hasMessage("use of map flow: the handle is no longer valid: object network was closed");
        assertBpfException(iterator::hasNext);
        assertThat(network.flow().name()).isEqualTo("flow");
    }

    @Test
    void writesAndRemovesMany() {
        List<Flow> flows = flows(0, Network.FLOWS);
        network.flow().putAll(flows);

        assertThat(network.flow()).containsExactlyInAnyOrderElementsOf(flows);
        List<FlowKey> keys = flows(50, 20).stream().map(Flow::key).toList();
        assertThat(network.flow().removeAll(keys)).containsExactlyElementsOf(keys.subList(0, Network.FLOWS - 50));
        assertThat(network.flow()).containsExactlyInAnyOrderElementsOf(flows.subList(0, 50));
        assertThat(network.flow().removeAll(List.of())).isEmpty();
        network.flow().putAll(List.of());
        assertThat(network.flow().count()).isEqualTo(50);
    }

    @Test
    void saysWhichOfManyWereNotWritten() {
        network.flow().putAll(flows(0, Network.FLOWS - 2));

        BatchException some = catchThrowableOfType(
                BatchException.class,
                () -> network.flow()
                        .putAll(List.of(
                                new Flow(new FlowKey(1000, 6), 1),
                                new Flow(new FlowKey(1001, 6), 2),
                                new Flow(new FlowKey(1002, 6), 3),
                                new Flow(new FlowKey(0, 6), 4),
                                new Flow(new FlowKey(1003, 6), 5))));

        assertThat(some)
                .hasMessageContaining("put of entries of map flow: E2BIG (7): for 2 of 5 keys, the others succeeded."
                        + " First: update of map flow, key FlowKey[port=1002, protocol=6]: E2BIG (7)");
        assertThat(some.failedKeys(Object.class)).containsExactlyInAnyOrder(new FlowKey(1002, 6), new FlowKey(1003, 6));
        assertThat(network.flow().get(new FlowKey(0, 6))).isEqualTo(new Flow(new FlowKey(0, 6), 4));
        assertThat(network.flow().get(new FlowKey(1001, 6))).isNotNull();
        assertThat(network.flow().count()).isEqualTo(Network.FLOWS);
    }

    @Test
    void writesNoneOfManyIfOneDoesNotFit() {
        List<Flow> flows = new ArrayList<>(Collections.nCopies(400_000, new Flow(HTTPS, 1))); // more than fit one batch
        flows.add(new Flow(new FlowKey(65536, 6), 1));

        assertInvalid(() -> network.flow().putAll(flows));
        assertThat(network.flow()).isEmpty();
        network.flow().put(new Flow(HTTPS, 1));
        List<FlowKey> keys = flows.stream().map(Flow::key).toList();
        assertInvalid(() -> network.flow().removeAll(keys));
        assertThat(network.flow()).hasSize(1);
    }

    @Test
    void writesManyInOrderInSeveralCalls() {
        List<Flow> flows =
                IntStream.range(0, 10_000).mapToObj(i -> new Flow(HTTPS, i)).toList();

        network.flow().putAll(flows);
        assertThat(network.flow()).containsExactly(new Flow(HTTPS, 9_999));
        List<FlowKey> removed =
                network.flow().removeAll(flows.stream().map(Flow::key).toList());
        assertThat(removed).containsExactly(HTTPS);
    }

    @Test
    void writesManyOfAnArray() {
        network.counter().putAll(List.of(new Counter(1, 5), new Counter(7, 6)));

        assertThat(network.counter()).contains(new Counter(1, 5), new Counter(7, 6), new Counter(2, 0));
        BatchException outside = catchThrowableOfType(
                BatchException.class,
                () -> network.counter()
                        .putAll(List.of(new Counter(2, 7), new Counter(Network.COUNTERS, 1), new Counter(3, 8))));
        assertThat(outside.failedKeys(Object.class)).containsExactlyInAnyOrder(Network.COUNTERS);
        assertThat(outside).hasMessageContaining("0 to 7");
        assertThat(network.counter()).contains(new Counter(2, 7), new Counter(3, 8));
    }

    @Test
    void takesOneOut() {
        network.flow().put(new Flow(HTTPS, 7));

        assertThat(network.flow().getAndRemove(HTTPS)).isEqualTo(new Flow(HTTPS, 7));
        assertThat(network.flow().getAndRemove(HTTPS)).isNull();
        assertThat(network.flow()).isEmpty();
    }

    @Test
    void takesAllOut() {
        fillFlows();
        List<Flow> drained = new ArrayList<>();
        assertThrown(NullPointerException.class, () -> network.flow().getAndRemoveAll(missingAction()));

        assertThat(network.flow().getAndRemoveAll(drained::add)).isEqualTo(Network.FLOWS);
        assertThat(drained).containsExactlyInAnyOrderElementsOf(flows(0, Network.FLOWS));
        assertThat(network.flow()).isEmpty();
        assertThat(network.flow().getAndRemoveAll(drained::add)).isZero();
    }

    @SuppressWarnings("NullAway") // as a caller whose compiler does not check it
    private static Consumer<Flow> missingAction() {
        return null;
    }

    /** Kotlin does not check exceptions, so its lambdas can throw all of them. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, IOException.class})
    void passesTheRestOfTheBatchIfTheActionThrows(Class<? extends Exception> type) throws Exception {
        Exception thrown = type.getConstructor().newInstance();
        fillFlows();
        List<Flow> drained = new ArrayList<>();

        assertThatThrownBy(() -> network.flow().getAndRemoveAll(flow -> {
                    drained.add(flow);
                    AccessorContract.<RuntimeException>throwUnchecked(thrown);
                }))
                .isSameAs(thrown);
        assertThat(drained).isNotEmpty();
        network.flow().forEach(drained::add);
        assertThat(drained).containsExactlyInAnyOrderElementsOf(flows(0, Network.FLOWS));
    }

    @Test
    void changesNothingThroughAHandleThatIsNotValid() {
        network.close();

        assertThrown(InvalidHandleException.class, () -> network.flow().putAll(flows(0, 2)));
        assertThrown(InvalidHandleException.class, () -> network.flow().removeAll(List.of(DNS)));
        assertThrown(InvalidHandleException.class, () -> network.flow().getAndRemoveAll(flow -> {}));
        assertThrown(InvalidHandleException.class, () -> network.flow().getAndRemove(DNS));
    }

    @SuppressWarnings("unchecked") // the compiler then requires no catch
    private static <X extends Throwable> void throwUnchecked(Throwable exception) throws X {
        throw (X) exception;
    }

    private void fillFlows() {
        network.flow().putAll(flows(0, Network.FLOWS));
    }

    private static List<Flow> flows(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(AccessorContract::flow)
                .toList();
    }

    private static Flow flow(int number) {
        return new Flow(key(number), number);
    }

    private static FlowKey key(int number) {
        return new FlowKey(number, 6);
    }
}
