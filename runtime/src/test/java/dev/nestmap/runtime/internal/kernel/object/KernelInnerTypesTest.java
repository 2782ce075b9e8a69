/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.btf.ObjectFile;
import dev.nestmap.runtime.internal.kernel.map.KernelMap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.kernel.map.MapInfo;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.NoFdLeaks;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An inner map that Nestmap creates has BTF if and only if libbpf has passed BTF for the prototype. From Linux 5.15 to 6.1 the outer map rejects
 * other inner maps. Newer kernels accept them, but still report whether a map has BTF.
 */
@KernelTest
@ExtendWith(NoFdLeaks.class)
class KernelInnerTypesTest {
    private static final byte[] ELF = TestPrograms.object("inner_kinds.bpf.c");
    private static final Schema SCHEMA = ObjectFile.parse("inner_kinds", ELF).schema();

    static Stream<String> outers() {
        return SCHEMA.maps().stream().filter(map -> map.role() == MapRole.OUTER).map(MapDef::name);
    }

    @ParameterizedTest
    @MethodSource("outers")
    void aDefinitionGivesTheSameTypesAsAnObject(String outer) {
        MapDef definition = SCHEMA.innerOf(SCHEMA.map(outer).orElseThrow());
        KernelObject object = TestPrograms.load("inner_kinds", ELF);
        RawMap byObject = object.inners(outer).create(MapShape.of(definition), null);
        RawMap byDefinition = new KernelMapFactory().of(definition).create(MapShape.of(definition), null);

        assertThat(isTold(byDefinition)).isEqualTo(isTold(byObject));
        RawMap libbpfs = KernelObjectTest.map(object, outer);
        assertThat(libbpfs.update(OffHeapBlock.allocate(8), 0, byObject, 0)).isZero();
        assertThat(libbpfs.update(OffHeapBlock.allocate(8), 0, byDefinition, 0)).isZero();

        // The opposite case: an outer map that was not created by an object.
        RawMap made =
                new KernelMapFactory().create(MapShape.of(SCHEMA.map(outer).orElseThrow()), byDefinition);
        assertThat(made.update(OffHeapBlock.allocate(8), 0, byObject, 0)).isZero();
        List.of(made, byDefinition, byObject).forEach(RawMap::close);
        object.close();
    }

    private static boolean isTold(RawMap map) {
        return MapInfo.of(KernelMap.of(map).fd()).valueTypeId() != 0;
    }
}
