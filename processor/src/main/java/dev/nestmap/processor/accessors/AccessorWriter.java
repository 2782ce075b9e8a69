/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.schema.GeneratedCode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.annotation.processing.Generated;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.NullMarked;

/** Writes the one Java file that is generated from a top-level type. */
public final class AccessorWriter {
    private final ObjectModel object;

    private AccessorWriter(ObjectModel object) {
        this.object = object;
    }

    /** Writes the file with the skeleton, accessors and codecs of a top-level type. */
    public static void write(ObjectModel object, Appendable to) throws IOException {
        TypeSpec type = new AccessorWriter(object).type();
        JavaFile.builder(object.origin().packageName(), type)
                .indent("    ")
                .build()
                .writeTo(to);
    }

    private TypeSpec type() {
        Map<ClassName, TypeSpec.Builder> written = new LinkedHashMap<>();
        object.maps().forEach(map -> written.computeIfAbsent(map.accessor(), unwritten -> accessor(map)));
        object.structs()
                .forEach(struct -> written.put(struct.codec(), CodecWriter.struct(struct, exposure(struct.codec()))));
        object.enums()
                .forEach(binding ->
                        written.put(binding.codec(), CodecWriter.enumeration(binding, exposure(binding.codec()))));
        object.unions().forEach(union -> written.put(union.codec(), union(union)));
        object.skeleton().ifPresent(name -> written.put(name, SkeletonWriter.write(object, name)));

        ClassName topLevel = object.generated();
        TypeSpec.Builder type = Objects.requireNonNull(written.remove(topLevel));
        written.values()
                .forEach(nested ->
                        type.addType(nested.addModifiers(Modifier.STATIC).build()));
        return type.addModifiers(exposure(topLevel))
                .addAnnotation(NullMarked.class)
                .addAnnotation(AnnotationSpec.builder(Generated.class)
                        .addMember("value", "$S", "dev.nestmap.processor.NestmapProcessor")
                        .build())
                .build();
    }

    private TypeSpec.Builder union(UnionModel union) {
        TypeSpec.Builder type = UnionWriter.write(union, exposure(union.codec()));
        return isTopLevel(union.codec()) ? type : type.addModifiers(Modifier.PUBLIC);
    }

    private TypeSpec.Builder accessor(MapModel map) {
        ClassName holder = object.skeleton().orElse(map.accessor());
        Modifier[] exposure = exposure(map.accessor());
        TypeSpec.Builder type = map instanceof OuterMapModel outer
                ? new OuterMapWriter(family(outer), holder, SizesWriter.of(object), exposure).write()
                : entries((EntryMapModel) map, holder, SizesWriter.of(object), exposure);
        if (isTopLevel(map.accessor())) {
            type.addField(spec(map.accessor(), object));
        }
        return isTopLevel(map.accessor()) ? type : type.addModifiers(Modifier.PUBLIC);
    }

    /** The outer maps of one record, which have one accessor. */
    private List<OuterMapModel> family(OuterMapModel outer) {
        return object.maps().stream()
                .filter(map -> map.accessor().equals(outer.accessor()))
                .map(OuterMapModel.class::cast)
                .toList();
    }

    private static TypeSpec.Builder entries(
            EntryMapModel map, ClassName holder, SizesWriter sizes, Modifier... exposure) {
        return map.keyed().isPresent()
                ? new EntryMapWriter(map, holder, sizes, exposure).write()
                : new KeylessMapWriter(map, holder, sizes, exposure).write();
    }

    /** What is nested is used by its neighbours alone; what is top-level, by generated classes of other packages too. */
    private Modifier[] exposure(ClassName generated) {
        return isTopLevel(generated) && object.isPublic() ? new Modifier[] {Modifier.PUBLIC} : new Modifier[0];
    }

    /** {@code SPEC}: which resources belong to the generated class, and which maps are pinned. */
    static FieldSpec spec(ClassName generated, ObjectModel object) {
        CodeBlock.Builder spec = CodeBlock.builder()
                .add(
                        "$T.of($T.class, $S, $L)",
                        RuntimeClasses.OBJECT_SPEC,
                        generated,
                        object.header(),
                        GeneratedCode.LEVEL);
        object.maps()
                .forEach(map -> map.pin()
                        .ifPresent(pin ->
                                spec.add("$Z.pinned($S, $S, $L)", map.map().name(), pin.path(), pin.inners())));
        return FieldSpec.builder(RuntimeClasses.OBJECT_SPEC, "SPEC", Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .initializer(spec.build())
                .build();
    }

    private static boolean isTopLevel(ClassName name) {
        return name.enclosingClassName() == null;
    }
}
