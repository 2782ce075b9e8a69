/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import javax.lang.model.element.Modifier;

/** Writes the methods that map the entries of an array into memory. */
final class ArrayViewWriter {
    /**
     * The kernel maps no memory through a descriptor that can't be read, and shares none through one that can't be written
     * ({@code do_mmap} in mm/mmap.c, {@code bpf_map_mmap} in kernel/bpf/syscall.c).
     */
    private static final long UNMAPPED = MapFlags.RDONLY | MapFlags.WRONLY;

    private ArrayViewWriter() {}

    /** Adds the methods, if the flags of the map allow to map its entries into memory. */
    static void addTo(TypeSpec.Builder type, EntryMapModel map) {
        if (!isMapped(map.map())) {
            return;
        }
        type.addMethod(view("view", "ArrayView", map, false));
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // the verifier lets programs trust its values
            type.addMethod(view("writableView", "WritableArrayView", map, true));
        }
    }

    private static boolean isMapped(MapDef map) {
        return map.kind() == MapKind.ARRAY && (map.flags() & MapFlags.MMAPABLE) != 0 && (map.flags() & UNMAPPED) == 0;
    }

    private static MethodSpec view(String name, String type, EntryMapModel map, boolean isWritable) {
        TypeName view = RuntimeClasses.api(type, map.keyConversion().javaType().box(), map.record());
        return CommonMemberFactory.method(name, view, Modifier.PUBLIC)
                .addJavadoc(
                        "Maps the entries into memory that is shared with programs, for reading$L.\n",
                        isWritable ? " and writing" : "")
                .addStatement("return mapped(/* writable */ $L)", isWritable)
                .build();
    }
}
