/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.runtime.internal.open.FormerSlot;
import dev.nestmap.runtime.internal.open.OpenMap;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The displaced maps of a pinned outer map are listed once when a search for pins runs at the same time as a drain. */
class DisplacedMapsTest {
    private static final MapShape INNER = new MapShape("flow_map", MapKind.HASH, 4, 8, 8, 0);
    private static final SlotKey SLOT = new SlotKey(1, new byte[] {1, 0, 0, 0});
    private static final FormerSlot ORIGIN =
            new FormerSlot("tenant", ByteString.of(SLOT.bytes()), 17, Instant.ofEpochSecond(1), false);

    /** What the pinner opens; null if the pin is missing. */
    private @Nullable OpenMap pinned = new OpenMap("flow_map", new HeapMapFactory().create(INNER, null));

    private final DisplacedMaps maps = new DisplacedMaps("tenant", "flow_map", pinner(), 64);

    private SlotChangePinner pinner() {
        return (SlotChangePinner) Proxy.newProxyInstance(
                SlotChangePinner.class.getClassLoader(),
                new Class<?>[] {SlotChangePinner.class},
                (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("open");
                    return pinned;
                });
    }

    @Test
    void aMapThatWasClaimedDuringTheSearchStays() {
        maps.list(Map.of(ORIGIN, SLOT), maps.doubts());
        DisplacedMap waiting = maps.waiting().get(0);
        waiting.failed();

        maps.list(Map.of(), maps.doubts()); // the handle that had claimed the pin has given the map back meanwhile

        assertThat(maps.waiting()).containsExactly(waiting);
        assertThat(waiting.lastFailure()).isEqualTo(1);
    }

    @Test
    void aMapThatIsOpenedAfterTheSearchIsNotListedTwice() {
        maps.list(Map.of(ORIGIN, SLOT), maps.doubts());
        OpenMap owner = requireNonNull(maps.open(maps.waiting().get(0)));

        maps.list(Map.of(ORIGIN, SLOT), maps.doubts()); // the search found the pin before the map was opened

        assertThat(maps.waiting()).isEmpty();
        owner.close();
    }

    /** Otherwise a warning would say that somebody has removed its pin. */
    @Test
    void aMapThatEndsDuringTheSearchIsNotListedAgain() {
        maps.list(Map.of(ORIGIN, SLOT), maps.doubts());

        maps.searching(() -> {
            Map<FormerSlot, SlotKey> found = Map.of(ORIGIN, SLOT);
            requireNonNull(maps.open(maps.waiting().get(0))).close(); // by another thread, which drains it
            maps.list(found, maps.doubts());
            return found;
        });

        assertThat(maps.waiting()).isEmpty();
    }

    @Test
    void aMapWithoutAPinIsForgottenWhenItIsOpened() {
        maps.list(Map.of(ORIGIN, SLOT), maps.doubts());
        requireNonNull(pinned).close();
        pinned = null;

        assertThat(maps.open(maps.waiting().get(0))).isNull();

        assertThat(maps.waiting()).isEmpty();
        assertThat(maps.isListed()).isFalse();
    }

    /** A change fails while another thread searches for pins. The search may have read the directory before the change left its pin there. */
    @Test
    void aDoubtThatComesDuringTheSearchStays() {
        long before = maps.doubts();
        maps.pinsAreInDoubt();

        maps.list(Map.of(), before);
        assertThat(maps.isListed()).isFalse();

        maps.list(Map.of(), maps.doubts());
        assertThat(maps.isListed()).isTrue();
        maps.list(Map.of(), before); // a slower search settles nothing more
        assertThat(maps.isListed()).isTrue();
    }
}
