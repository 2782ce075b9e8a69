/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.internal.existing.ExistingMapFinder;
import dev.nestmap.runtime.internal.existing.MapPins;
import dev.nestmap.runtime.internal.existing.ObjectlessMapOpener;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.pin.KernelPins;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.migrate.Upgrades;
import dev.nestmap.runtime.internal.nest.Nest;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.nest.SlotChange;
import dev.nestmap.runtime.internal.pin.ClaimedPin;
import dev.nestmap.runtime.internal.pin.PinPaths;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.testing.BpfExceptionAssert;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.runtime.testing.RawSlots;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.UpgradePlan;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.schema.type.StructType.Member;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pinned maps whose sizes the records leave to load time take them from the pins, or are rejected with advice. */
@KernelTest
class KernelSizesAtLoadTest extends PinningTest {
    private static final StructType FLOW = flow(Scalar.U32);
    private static final StructType WIDER = flow(Scalar.U64);
    private static final PinOptions OPTIONS = PinOptions.defaults();

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_ARRAY"})
    void areTakenFromThePin(MapKind kind) {
        Schema schema = schema(kind, FLOW);
        pin(schema, 8, 7, 5);

        ObjectlessMap tenants = open(schema, "tenant");
        assertThat(tenants.map().shape().maxEntries()).isEqualTo(8);
        assertThat(created(tenants, 4)).isEqualTo(7);
        closeMap(tenants);

        ObjectlessMap total = open(schema, "total");
        assertThat(total.map().shape().maxEntries()).isEqualTo(5);
        closeMap(total);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_ARRAY"})
    void areKeptByAMigration(MapKind kind) {
        Schema before = schema(kind, FLOW);
        Schema after = schema(kind, WIDER);
        pinWithAnInnerMap(before);

        migrateBoth(after);
        assertThat(migrate(after, "tenant")).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(migrate(after, "total")).isEqualTo(Upgrades.Done.NOTHING);

        assertThat(sizes(after)).containsExactly(8L, 7L, 5L);
        assertThat(created(after, 4)).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_ARRAY"})
    void areReplacedByDeclaredSizesInAMigration(MapKind kind) {
        Schema before = schema(kind, FLOW);
        pinWithAnInnerMap(before);
        for (String map : List.of("tenant", "total")) {
            assertThatThrownBy(() -> open(fixed(before, 16, 14, 10), map)).hasMessageContaining("max_entries");
        }
        assertThat(sizes(fixed(before, 8, 7, 5))).as("of the same size").containsExactly(8L, 7L, 5L);
        Schema after = fixed(schema(kind, WIDER), 16, 14, 10);

        migrateBoth(after);

        assertThat(sizes(after)).containsExactly(16L, 14L, 10L);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_ARRAY"})
    void areKeptFromEarlierDeclaredSizes(MapKind kind) {
        Schema before = fixed(schema(kind, FLOW), 8, 7, 5);
        pinWithAnInnerMap(before);
        Schema after = schema(kind, WIDER);

        assertThat(sizes(schema(kind, FLOW))).as("without a migration").containsExactly(8L, 7L, 5L);
        assertThat(UpgradePlan.of(before, schema(kind, FLOW)).maps())
                .isNotEmpty()
                .allMatch(MapPlan::isCompatible);
        for (String map : List.of("tenant", "total")) {
            assertThat(refusal(schema(kind, FLOW), map, 8, 7, 5)).isEmpty();
            assertThat(refusal(schema(kind, FLOW), map, 80, 7, 50)).contains("max_entries");
        }
        migrateBoth(after);

        assertThat(sizes(after)).containsExactly(8L, 7L, 5L);
    }

    @ParameterizedTest
    @EnumSource(names = {"HASH", "LRU_HASH", "ARRAY", "PERCPU_ARRAY"})
    void areReplacedByTheSizesOfAMigration(MapKind kind) {
        Schema schema = schema(kind, FLOW);
        pinWithAnInnerMap(schema);

        assertThat(migrateSized(schema, "tenant", 16, 14).maps()).isEqualTo(1);
        assertThat(migrateSized(schema, "tenant", 16, 14)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(migrateSized(schema, "total", 10).done()).isTrue();
        assertThat(migrateSized(schema, "total", 10)).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(sizes(schema)).containsExactly(16L, 14L, 10L);

        boolean isFixed = kind.fixesLength(0); // inner maps of other types get it when they are rotated
        assertThat(migrateSized(schema, "tenant", 0, 21).maps())
                .as("the inner ones alone")
                .isEqualTo(isFixed ? 1 : 0);
        assertThat(migrate(schema, "tenant")).isEqualTo(Upgrades.Done.NOTHING);
        assertThat(sizes(schema)).containsExactly(16L, isFixed ? 21L : 14L, 10L);
    }

    @Test
    void areReplacedIfTheRecordsChangeToo() {
        Schema before = schema(MapKind.HASH, FLOW);
        pinWithAnInnerMap(before);
        Schema after = schema(MapKind.HASH, WIDER);

        assertThat(migrateSized(after, "tenant", 16, 14).maps()).isEqualTo(1);
        assertThat(migrateSized(after, "total", 10).done()).isTrue();

        assertThat(sizes(after)).containsExactly(16L, 14L, 10L);
    }

    @Test
    void areReplacedIfTheyWereDeclared() {
        Schema before = fixed(schema(MapKind.HASH, FLOW), 8, 7, 5);
        pinWithAnInnerMap(before);

        assertThat(migrateSized(schema(MapKind.HASH, FLOW), "tenant", 16, 14).maps())
                .isEqualTo(1);

        assertThat(sizes(schema(MapKind.HASH, FLOW))).containsExactly(16L, 14L, 5L);
    }

    @Test
    void tooSmallForTheSlotsStartWithoutInnerMaps() throws IOException {
        Schema schema = schema(MapKind.HASH, FLOW);
        pin(schema, 8, 7, 5);
        ObjectlessMap old = open(schema, "tenant");
        created(old, 1);
        created(old, 2);
        closeMap(old);

        try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
            assertThat(migrateSized(schema, "tenant", 1, 7).done()).isTrue();

            assertThat(log.only()).contains("too small for the 2 slots of the previous version");
        }
        assertThat(fs.content())
                .filteredOn(pin -> pin.matches("tenant-retired-.*/[12]-.*"))
                .hasSize(2);
    }

    /** Migrates to sizes of the outer map and its inner maps, or of a plain map; 0 leaves a size open. */
    private Upgrades.Done migrateSized(Schema records, String map, long own, long... inner) {
        Schema sized = records.withSizes(definition -> {
            long size = definition.name().equals(map) ? own : inner.length == 0 ? 0 : inner[0];
            return size == 0 ? OptionalLong.empty() : OptionalLong.of(size);
        });
        PinPaths place = pinPaths(map);
        return Upgrades.run(Upgrades.migrator(records, sized, map, new ClaimedPin(new KernelPins(), place)), false);
    }

    /** Returns the sizes of the outer map, of the inner map at key 1 and of the plain map. */
    private List<Long> sizes(Schema schema) {
        ObjectlessMap tenants = open(schema, "tenant");
        ObjectlessMap total = open(schema, "total");
        List<Long> sizes = List.of(
                tenants.map().shape().maxEntries(),
                first(tenants).maxEntries(),
                total.map().shape().maxEntries());
        closeMap(total);
        closeMap(tenants);
        return sizes;
    }

    private static MapShape first(ObjectlessMap outer) {
        OffHeapBlock key = OffHeapBlock.allocate(state(outer).slots().idAt() + Long.BYTES);
        key.bytes().putInt(0, 1);
        return Objects.requireNonNull(state(outer).slots().find(key, 1)).map().shape();
    }

    @Test
    void ofAnotherLoadAreRejectedWithAdvice() {
        String remedy = "let a load of this version upgrade the map";
        Schema schema = schema(MapKind.ARRAY, FLOW);
        pin(schema, 8, 7, 5);

        assertThat(refusal(schema, "total", 8, 7, 80)).contains("max_entries 5 instead of 80", remedy);
        assertThat(refusal(schema, "tenant", 80, 7, 5)).contains("max_entries 8 instead of 80", remedy);
        assertThat(refusal(schema, "tenant", 8, 70, 5)).contains("max_entries 7 instead of 70", remedy);
        assertThat(refusal(schema(MapKind.ARRAY, WIDER), "total", 8, 7, 5)).contains("Another version of the records");
        assertThat(refusal(schema, "total", 8, 7, 5)).isEmpty();
    }

    private String refusal(Schema schema, String map, long outer, long inner, long plain) {
        ExistingMapFinder sized = sized(schema, outer, inner, plain);
        MapDef definition = sized.schema().map(map).orElseThrow();
        return BpfExceptionAssert.refusal(() -> Objects.requireNonNull(sized.find(definition, pinPaths(map)))
                .map()
                .close());
    }

    private void pinWithAnInnerMap(Schema schema) {
        pin(schema, 8, 7, 5);
        assertThat(created(schema, 1)).isEqualTo(7);
    }

    /** Pins maps like a load with sizes. */
    private void pin(Schema schema, long outer, long inner, long plain) {
        ExistingMapFinder sized = sized(schema, outer, inner, plain);
        closeMap(new ObjectlessMapOpener(sized)
                .create(sized.schema().map("tenant").orElseThrow(), fs.pin("tenant"), OPTIONS, false));
        MapDef total = sized.schema().map("total").orElseThrow();
        RawMap raw = new KernelMapFactory().of(total).create(MapShape.of(total), null);
        new MapPins(sized, total, pinPaths("total")).pin(raw, pinPaths("total"));
        raw.close();
    }

    private static ExistingMapFinder sized(Schema schema, long outer, long inner, long plain) {
        return new ExistingMapFinder(
                schema, fixed(schema, outer, inner, plain), new KernelMapFactory(), new KernelPins());
    }

    private static Schema fixed(Schema schema, long outer, long inner, long plain) {
        return schema.withSizes(map -> OptionalLong.of(
                switch (map.role()) {
                    case OUTER -> outer;
                    case INNER -> inner;
                    default -> plain;
                }));
    }

    private ObjectlessMap open(Schema schema, String map) {
        return open(schema, map, OPTIONS);
    }

    private ObjectlessMap open(Schema schema, String map, PinOptions options) {
        return opener(schema, new KernelPins())
                .open(schema.map(map).orElseThrow(), new PinPaths(fs.pin(map), options, MapAccess.READ_WRITE), false);
    }

    private Upgrades.Done migrate(Schema after, String map) {
        PinPaths place = pinPaths(map);
        return Upgrades.run(Upgrades.migrator(after, after, map, new ClaimedPin(new KernelPins(), place)), false);
    }

    private void migrateBoth(Schema after) {
        assertThat(migrate(after, "tenant").maps()).isEqualTo(1);
        assertThat(migrate(after, "total").done()).isTrue();
    }

    /** Opens the outer map and creates an inner map. Returns its size. */
    private long created(Schema schema, int key) {
        ObjectlessMap tenants = open(schema, "tenant");
        long size = created(tenants, key);
        closeMap(tenants);
        return size;
    }

    /** Returns the size of a new inner map. */
    private static long created(ObjectlessMap outer, int key) {
        SlotChange move = state(outer)
                .create(List.of(RawSlots.slot(key)), (slot, inner) -> {})
                .get(0);
        return move.requireIncoming().map().shape().maxEntries();
    }

    private static Nest state(ObjectlessMap outer) {
        return Objects.requireNonNull(outer.nest());
    }

    private static StructType flow(Scalar packets) {
        return StructType.of("flow", List.of(new Member("packets", packets), new Member("bytes", Scalar.U64)));
    }

    private static Schema schema(MapKind kind, StructType value) {
        return new Schema(
                "com.acme.Network",
                "network",
                List.of(),
                List.of(value),
                List.of(
                        new MapDef("flow_map", MapRole.INNER, kind, 0, 0, Scalar.U32, value, null),
                        new MapDef("tenant", MapRole.OUTER, MapKind.HASH_OF_MAPS, 0, 0, Scalar.U32, null, "flow_map"),
                        new MapDef("total", MapRole.PLAIN, kind, 0, 0, Scalar.U32, value, null)));
    }
}
