/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.memory.heap.HeapMapFactory;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.internal.backend.DelegatingFactory;
import dev.nestmap.runtime.internal.backend.LoadPlan;
import dev.nestmap.runtime.internal.backend.MapFactory;
import dev.nestmap.runtime.internal.errno.ErrnoNumbers;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.pin.PinOptions.SlotReuse;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.SlotContents;
import dev.nestmap.schema.SlotFillTime;
import dev.nestmap.schema.type.Scalar;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A slot that cannot be kept is named with the remedies. */
class DeclaredSlotFillerTest {
    private static final MapDef TENANT = new MapDef(
                    "tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, 4, 0, Scalar.U32, null, "flow_map")
            .withSlots(new SlotContents(SlotFillTime.AT_LOAD, List.of(new SlotContents.Slot(List.of(7L), "gold"))));

    /** Behaves like the kernel for a process without CAP_SYS_ADMIN. */
    private static final class Unprivileged extends DelegatingFactory {
        Unprivileged(MapFactory factory) {
            super(factory);
        }

        @Override
        public @Nullable RawMap open(int id) {
            throw BpfException.of(ErrnoNumbers.EPERM, "opening a map by its id").build();
        }
    }

    @Test
    void namesTheSlotThatCannotBeKeptAndTheRemedies() {
        MapFactory factory = new Unprivileged(new HeapMapFactory());
        RawMap flows = factory.create(new MapShape("flow_map", MapKind.HASH, 4, 8, 4, 0), null);
        RawMap tenant = factory.create(new MapShape("tenant", MapKind.HASH_OF_MAPS, 4, 4, 4, 0), flows);
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        key.bytes().putInt(0, 7);
        assertThat(tenant.update(key, 0, flows, 0)).isZero();
        DeclaredSlotFiller slots = new DeclaredSlotFiller(
                "load", new Schema("", "flows", List.of(), List.of(), List.of()), SlotReuse.KEEP);

        try (LoadPlan plan = new LoadPlan()) {
            assertThatThrownBy(() -> slots.reuse(TENANT, tenant, null, factory, plan))
                    .asInstanceOf(BPF_EXCEPTION)
                    .isOf("load")
                    .onMap("tenant")
                    .atKey(7L)
                    .hasErrno(Errno.EPERM)
                    .hasMessageContaining("id " + flows.id())
                    .hasMessageContaining("CAP_SYS_ADMIN")
                    .hasMessageContaining("pinInners");
        }
        tenant.close();
        flows.close();
    }
}
