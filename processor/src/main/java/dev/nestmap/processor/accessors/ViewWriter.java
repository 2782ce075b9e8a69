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

/** Writes the methods that map the entries of an array into memory, if the flags of the map allow it. */
final class ViewWriter {
    /**
     * The kernel maps no memory through a descriptor that can't be read, and shares none through one that can't be written
     * ({@code do_mmap} in mm/mmap.c, {@code bpf_map_mmap} in kernel/bpf/syscall.c).
     */
    private static final long UNMAPPED = MapFlags.RDONLY | MapFlags.WRONLY;

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
                "mapped"));
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // the verifier lets programs trust its values
            String javadoc = "Maps the entries into memory that is shared with programs, for reading and writing.\n";
            type.addMethod(view(map, "writableView", javadoc, "WritableArrayView", "mappedWritable"));
        }
        List<MethodSpec> words = words(map);
        if (!words.isEmpty()) {
            type.addType(TypeSpec.classBuilder("Words")
                    .addModifiers(Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                    .addJavadoc(
                            "The components of {@link $T} that a view can read and write one at a time.\n",
                            map.record())
                    .addMethod(CodecMembers.privateConstructor())
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
                .addJavadoc("The component {@code $L}.\n", name)
                .returns(ParameterizedTypeName.get(RuntimeClasses.api("WordField"), map.record()))
                .addStatement(
                        "return $T.wordField($S, /* offset */ $L, /* size */ $L, /* signed */ $L)",
                        map.accessor(),
                        name,
                        component.offset(),
                        type.size(),
                        type.signed())
                .build();
    }
}
