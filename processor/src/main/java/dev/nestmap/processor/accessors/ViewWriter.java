/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
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

    private static final String MAPPED = "Mapped";

    private ViewWriter() {}

    static void addTo(TypeSpec.Builder type, EntryMapModel map) {
        if (!isMapped(map.map())) {
            return;
        }
        TypeName key = map.keyConversion().javaType().box();
        ClassName view = RuntimeClasses.api("ArrayView");
        String javadoc = "Maps the entries into memory that is shared with programs, for reading$L.\n";
        type.addMethod(view("view", ParameterizedTypeName.get(view, key, map.record()), false)
                .addJavadoc(javadoc, "")
                .build());
        TypeName writable = ParameterizedTypeName.get(view.nestedClass("Writable"), key, map.record());
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // the verifier lets programs trust its values
            type.addMethod(view("writableView", writable, true)
                    .addJavadoc(javadoc, " and writing")
                    .build());
        }
        type.addType(new MappedWriter(map).write(MAPPED, writable));
        WordsWriter.addTo(type, map.record(), map.valueComponents(), ENTRY_ALIGNMENT);
    }

    private static boolean isMapped(MapDef map) {
        return map.kind() == MapKind.ARRAY && (map.flags() & MapFlags.MMAPABLE) != 0 && (map.flags() & UNMAPPED) == 0;
    }

    private static MethodSpec.Builder view(String name, TypeName type, boolean isWritable) {
        return MethodSpec.methodBuilder(name)
                .addModifiers(Modifier.PUBLIC)
                .returns(type)
                .addStatement("return new $L(this, /* writable */ $L)", MAPPED, isWritable);
    }
}
