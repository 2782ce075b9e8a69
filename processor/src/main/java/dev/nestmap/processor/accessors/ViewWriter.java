/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.ScalarConversion;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.Scalar;
import java.util.ArrayList;
import java.util.List;
import javax.lang.model.element.Modifier;

/** Writes how the entries of an array are read and written in memory that programs share, where its flags let user space map it. */
final class ViewWriter {
    /**
     * Nothing is mapped through a descriptor that can't be read, and none shared through one that can't be written ({@code do_mmap} in
     * mm/mmap.c, {@code bpf_map_mmap} in kernel/bpf/syscall.c).
     */
    private static final long UNMAPPED = MapFlags.RDONLY | MapFlags.WRONLY;

    private ViewWriter() {}

    static void addTo(TypeSpec.Builder type, EntryMapModel map) {
        if (!isMapped(map.map())) {
            return;
        }
        type.addMethod(
                view(map, "view", "The entries in memory that programs share, for reading.\n", "ArrayView", "mapped"));
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // programs trust what they read of it
            String javadoc = "The entries in memory that programs share.\n";
            type.addMethod(view(map, "writableView", javadoc, "WritableArrayView", "mappedWritable"));
        }
        List<MethodSpec> words = words(map);
        if (!words.isEmpty()) {
            type.addType(TypeSpec.classBuilder("Words")
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc(
                            "The components of {@link $T} that are read and written in one in a view.\n", map.record())
                    .addMethod(CodecWriter.constructor())
                    .addMethods(words)
                    .build());
        }
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
                .addStatement("return $L()", made)
                .build();
    }

    private static List<MethodSpec> words(EntryMapModel map) {
        List<MethodSpec> words = new ArrayList<>();
        for (ComponentModel component : map.valueComponents()) {
            if (component.conversion() instanceof ScalarConversion scalar
                    && isWord(scalar.type(), component.offset())) {
                words.add(word(map, component, scalar.type()));
            }
        }
        return words;
    }

    private static boolean isWord(Scalar type, long offset) {
        return switch (type) {
            case U32, S32, U64, S64 -> offset % type.size() == 0;
            default -> false;
        };
    }

    private static MethodSpec word(EntryMapModel map, ComponentModel component, Scalar type) {
        String name = map.record().simpleName() + "." + component.name();
        return MethodSpec.methodBuilder(component.name())
                .addModifiers(Modifier.PUBLIC, Modifier.STATIC)
                .addJavadoc("{@code $L}.\n", name)
                .returns(ParameterizedTypeName.get(RuntimeClasses.api("WordField"), map.record()))
                .addStatement(
                        "return $T.wordField($S, $L, $L, $L)",
                        map.accessor(),
                        name,
                        component.offset(),
                        type.size(),
                        type.signed())
                .build();
    }
}
