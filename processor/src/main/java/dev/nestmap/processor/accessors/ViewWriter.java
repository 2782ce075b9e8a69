/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import javax.lang.model.element.Modifier;

/** Writes the methods that map the entries of an array into memory, if the flags of the map allow it. */
final class ViewWriter {
    /**
     * The kernel maps no memory through a descriptor that can't be read, and shares none through one that can't be written
     * ({@code do_mmap} in mm/mmap.c, {@code bpf_map_mmap} in kernel/bpf/syscall.c).
     */
    private static final long UNMAPPED = MapFlags.RDONLY | MapFlags.WRONLY;

    /** The kernel puts each entry of an array at a multiple of 8 bytes ({@code array_map_alloc} in kernel/bpf/arraymap.c). */
    private static final int ENTRY_ALIGNMENT = 8;

    private ViewWriter() {}

    static void addTo(TypeSpec.Builder type, EntryMapModel map) {
        if (!isMapped(map.map())) {
            return;
        }
        type.addMethod(view(
                map,
                "view",
                "Maps the entries into memory that is shared with programs, for reading.\n",
                "ArrayView",
                "Mapped"));
        MappedWriter mapped = new MappedWriter(map);
        type.addType(mapped.write("Mapped", "ArrayView"));
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // the verifier lets programs trust its values
            String javadoc = "Maps the entries into memory that is shared with programs, for reading and writing.\n";
            type.addMethod(view(map, "writableView", javadoc, "WritableArrayView", "MappedWritable"));
            type.addType(mapped.write("MappedWritable", "WritableArrayView"));
        }
        WordsWriter.addTo(type, map.record(), map.accessor(), map.valueComponents(), ENTRY_ALIGNMENT);
    }

    private static boolean isMapped(MapDef map) {
        return map.kind() == MapKind.ARRAY && (map.flags() & MapFlags.MMAPABLE) != 0 && (map.flags() & UNMAPPED) == 0;
    }

    private static MethodSpec view(EntryMapModel map, String name, String javadoc, String type, String made) {
        TypeName key = map.keyConversion().javaType().box();
        return MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .addJavadoc(javadoc)
                .returns(ParameterizedTypeName.get(RuntimeClasses.api(type), key, map.record()))
                .addStatement("return new $L(this)", made)
                .build();
    }
}
