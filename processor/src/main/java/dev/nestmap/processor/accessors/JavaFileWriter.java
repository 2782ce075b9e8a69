/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.FieldSpec;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.ObjectModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.processor.model.StructModel;
import dev.nestmap.processor.model.TypeModel;
import dev.nestmap.processor.model.UnionModel;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.Generated;
import javax.lang.model.element.Modifier;

/** Writes the Java file that is generated from a top-level type. */
public final class JavaFileWriter {
    /** Enough that two layouts of one type never have the same hash by accident. */
    private static final int LAYOUT_BYTES = 7;

    private final ObjectModel object;

    private JavaFileWriter(ObjectModel object) {
        this.object = object;
    }

    /**
     * Writes the class of an object, the accessors and the codecs that belong to a top-level type.
     *
     * @param object the model of the top-level type
     * @param marked whether the class gets the annotation {@code @Generated}
     * @param to where the Java file is written
     */
    public static void write(ObjectModel object, boolean marked, Appendable to) throws IOException {
        // The compiler warns about a deprecated declaration where developers use it, and not here too.
        TypeSpec.Builder type = new JavaFileWriter(object)
                .type()
                .addAnnotation(AnnotationSpec.builder(SuppressWarnings.class)
                        .addMember("value", "{$S, $S}", "deprecation", "removal")
                        .build());
        if (marked) {
            type.addAnnotation(AnnotationSpec.builder(Generated.class)
                    .addMember("value", "$S", "dev.nestmap.processor.NestmapProcessor")
                    .build());
        }
        JavaFile file = JavaFile.builder(object.origin().packageName(), type.build())
                .indent("    ")
                .build();
        to.append(inAscii(file.toString()));
    }

    /** Escapes letters that the encoding of the sources may lack: the compiler does not tell processors which one it is. */
    private static String inAscii(String source) {
        StringBuilder text = new StringBuilder(source.length());
        for (int i = 0; i < source.length(); i++) {
            char letter = source.charAt(i);
            if (letter < 0x80) {
                text.append(letter);
            } else {
                text.append("\\u").append(HexFormat.of().toHexDigits(letter));
            }
        }
        return text.toString();
    }

    /**
     * Writes a class without members, and the same for its nested classes.
     *
     * @param nested the classes that are nested in it, at any depth
     * @param to where the Java file is written
     */
    public static void writeEmpty(ClassName name, Collection<ClassName> nested, Appendable to) throws IOException {
        JavaFile file = JavaFile.builder(name.packageName(), empty(name, nested))
                .addFileComment("Empty, because the type that Nestmap generates this class from has errors.")
                .build();
        to.append(inAscii(file.toString()));
    }

    private static TypeSpec empty(ClassName name, Collection<ClassName> nested) {
        TypeSpec.Builder type = TypeSpec.classBuilder(name).addModifiers(Modifier.PUBLIC);
        if (!isTopLevel(name)) {
            type.addModifiers(Modifier.STATIC);
        }
        nested.stream()
                .filter(inner -> name.equals(inner.enclosingClassName()))
                .forEach(inner -> type.addType(empty(inner, nested)));
        return type.build();
    }

    private TypeSpec.Builder type() {
        Map<ClassName, TypeSpec.Builder> written = new LinkedHashMap<>();
        object.maps().forEach(map -> written.computeIfAbsent(map.accessor(), name -> accessor(map)));
        Set<ClassName> viewed = new HashSet<>();
        object.maps().forEach(map -> addViews(map, viewed));
        for (TypeModel model : object.types()) {
            if (model instanceof StructModel struct && isTopLevel(struct.codec())) {
                addViews(struct, viewed);
            }
        }
        for (TypeModel model : object.types()) {
            Modifier[] visibility = visibility(model.codec());
            TypeSpec.Builder codec = codec(model, visibility);
            if (isTopLevel(model.codec())) {
                codec.addField(layout());
            }
            written.put(model.codec(), codec);
            if (model instanceof StructModel struct && isTopLevel(struct.codec())) {
                codec.addType(EntryViewWriter.ofStruct(struct, visibility).build());
            } else if (model instanceof StructModel struct && viewed.contains(struct.view())) {
                written.put(struct.view(), EntryViewWriter.ofStruct(struct, visibility));
            }
        }
        object.objectClass().ifPresent(name -> written.put(name, ObjectClassWriter.write(object, name)));

        ClassName topLevel = object.generated();
        TypeSpec.Builder type = Objects.requireNonNull(written.remove(topLevel));
        written.values()
                .forEach(nested ->
                        type.addType(nested.addModifiers(Modifier.STATIC).build()));
        return type.addModifiers(visibility(topLevel)).addAnnotation(RuntimeClasses.NULL_MARKED);
    }

    /**
     * A constant that changes with the layout of the declarations. Other headers and classes contain that layout, and their sources do not
     * change: a width is in no signature. A build tool that compares the ABI of a library, as Gradle does, sees the constant, and compiles
     * them again.
     */
    private FieldSpec layout() {
        return FieldSpec.builder(String.class, "LAYOUT", Modifier.PUBLIC, Modifier.STATIC, Modifier.FINAL)
                .addJavadoc("Changes with the layout in C, so that builds compile the users of these types again.\n")
                .initializer("$S", "L" + hash(SchemaText.print(object.schema())))
                .build();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, LAYOUT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has SHA-256
        }
    }

    /** Adds the views of the structs that the entries of a map contain. */
    private static void addViews(MapModel map, Set<ClassName> viewed) {
        if (map instanceof EntryMapModel entries && entries.hasView()) {
            entries.keyComponent().ifPresent(key -> addViews(key.conversion(), viewed));
            entries.valueComponents().forEach(component -> addViews(component.conversion(), viewed));
        }
    }

    private static void addViews(Conversion conversion, Set<ClassName> viewed) {
        if (conversion instanceof StructModel struct && viewed.add(struct.view())) {
            struct.components().forEach(component -> addViews(component.conversion(), viewed));
        }
    }

    private static TypeSpec.Builder codec(TypeModel model, Modifier... visibility) {
        if (model instanceof StructModel struct) {
            return CodecWriter.ofStruct(struct, visibility);
        } else if (model instanceof EnumModel constants) {
            return EnumCodecWriter.write(constants, visibility);
        }
        TypeSpec.Builder type = new UnionCodecWriter((UnionModel) model, visibility).write();
        return isTopLevel(model.codec()) ? type : type.addModifiers(Modifier.PUBLIC);
    }

    private TypeSpec.Builder accessor(MapModel map) {
        Modifier[] visibility = visibility(map.accessor());
        TypeSpec.Builder type = map instanceof OuterMapModel outer
                ? new OuterMapAccessorWriter(outer, object.family(outer), visibility).write()
                : new EntryMapAccessorWriter((EntryMapModel) map, visibility).write();
        if (isTopLevel(map.accessor())) {
            type.addField(layout());
            new MapConstantWriter(type, map.accessor(), object, SizesWriter.of(object)).add(map);
        }
        return isTopLevel(map.accessor()) ? type : type.addModifiers(Modifier.PUBLIC);
    }

    /** Modifiers of members that other generated classes use. Those of a top-level class are used from other packages too. */
    private Modifier[] visibility(ClassName generated) {
        return isTopLevel(generated) && object.isPublic() ? new Modifier[] {Modifier.PUBLIC} : new Modifier[0];
    }

    private static boolean isTopLevel(ClassName name) {
        return name.enclosingClassName() == null;
    }
}
