/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.NameAllocator;
import com.palantir.javapoet.ParameterizedTypeName;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import com.palantir.javapoet.WildcardTypeName;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.MapModel;
import dev.nestmap.processor.model.OuterMapModel;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Modifier;

/** Writes the accessor of the outer maps that are declared on one record. */
final class OuterMapAccessorWriter {
    private final OuterMapModel map;
    private final List<MapModel> family;
    private final Modifier[] visibility;
    private final TypeName key;
    private final EntryMapModel entries;
    private final ClassName inner;

    /**
     * A writer of one accessor.
     *
     * @param family the outer maps of one record, this one among them; only their names and sizes differ
     */
    OuterMapAccessorWriter(OuterMapModel map, List<MapModel> family, Modifier... visibility) {
        this.map = map;
        this.family = family;
        this.visibility = visibility;
        this.key = map.key().javaType();
        this.entries = map.inner();
        this.inner = entries.accessor();
    }

    TypeSpec.Builder write() {
        TypeSpec.Builder type = TypeSpec.classBuilder(map.accessor())
                .addJavadoc(javadoc())
                .addField(CommonMemberFactory.key(
                        ParameterizedTypeName.get(RuntimeClasses.CODEC, key.box()), map.key(), keyInMessages()));
        if (entries.keyComponent().isPresent() && entries.hasView()) {
            addEntries(type);
        } else {
            type.superclass(RuntimeClasses.api("OuterAccessor", key.box(), inner))
                    .addMethod(CommonMemberFactory.constructor(
                            CodeBlock.of("super(binding, KEY, $T::new)", inner), visibility));
        }
        OneSlotMethodWriter slots = new OneSlotMethodWriter(key, keyName(), inner);
        slots.addTo(type);
        if (map.requests().isPresent()) {
            slots.addRequests(type);
        }
        addStreams(type);
        return type.addType(CommonMemberFactory.ownedHandle(map.accessor(), visibility));
    }

    private CodeBlock javadoc() {
        String names =
                family.stream().map(one -> "{@code " + one.map().name() + "}").collect(Collectors.joining(", "));
        return CodeBlock.of(
                "Accessor of $L $L, which {@link $T} declares. Its inner maps have {@link $T} entries.\n",
                family.size() == 1 ? "the outer map" : "one of the outer maps",
                names,
                map.record(),
                entries.record());
    }

    /** Adds what reads entries of the inner maps, which user space finds by their keys. */
    private void addEntries(TypeSpec.Builder type) {
        TypeName innerKey = entries.keyConversion().javaType();
        TypeName entry = entries.entry();
        boolean isPerCpu = entries.map().kind().isPerCpu();
        type.superclass(RuntimeClasses.api("NestAccessor", key.box(), innerKey.box(), entry, inner));
        CodeBlock codec = CodeBlock.of("$T.CODEC", inner);
        type.addMethod(CommonMemberFactory.constructor(
                CodeBlock.of(
                        "super(binding, KEY, $L, $T::new)",
                        isPerCpu ? CodeBlock.of("binding.innerPerCpu($L)", codec) : codec,
                        inner),
                visibility));
        if (!isPerCpu) {
            TypeName codecType = ParameterizedTypeName.get(RuntimeClasses.ENTRY_CODEC, innerKey.box(), entry);
            type.addMethod(CommonMemberFactory.constant("entryCodec", codecType, codec));
        }
        NameAllocator names = new NameAllocator();
        String keyName = names.newName(keyName());
        String innerKeyName = names.newName(secondName(keyName));
        type.addMethod(get(
                        CommonMemberFactory.nullable(entry),
                        keyName,
                        innerKeyName,
                        "Returns an entry of the inner map at a key; null if there is no inner map or no entry.")
                .addStatement("return getAt($L, $L)", keyName, innerKeyName)
                .build());
        type.addMethod(getIntoView(names, keyName, innerKeyName));
    }

    private String keyName() {
        String variable = SourceVersion.isKeyword(map.variable()) ? "key" : map.variable();
        return map.component().map(CommonMemberFactory::variable).orElse(variable);
    }

    private MethodSpec.Builder get(TypeName result, String keyName, String innerKeyName, String javadoc) {
        return CommonMemberFactory.method("get", result, Modifier.PUBLIC)
                .addJavadoc("$L\n", javadoc)
                .addParameter(key, keyName)
                .addParameter(entries.keyConversion().javaType(), innerKeyName);
    }

    /** {@code get(key, innerKey, view)} without a box for a key. */
    private MethodSpec getIntoView(NameAllocator names, String keyName, String innerKeyName) {
        String view = names.newName("view");
        MethodSpec.Builder method = get(
                        TypeName.BOOLEAN,
                        keyName,
                        innerKeyName,
                        "Reads an entry of the inner map at a key into a view. Returns false if there is no inner map or no entry.")
                .addParameter(entries.view(), view);
        if (!key.isPrimitive() && !entries.keyConversion().javaType().isPrimitive()) {
            return method.addStatement("return getAt($L, $L, $L)", keyName, innerKeyName, view)
                    .build();
        }
        String to = names.newName("to");
        return method.addStatement("$T $L = keys($L)", ByteBuffer.class, to, view)
                .addStatement(map.key().write(CodeBlock.of("$L, 0", to), CodeBlock.of("$L", keyName), keyInMessages()))
                .addStatement(writeInnerKey(to, innerKeyName))
                .addStatement("return find($L)", view)
                .build();
    }

    /** Writes a key of the inner map. A primitive needs no box if the codec does not write it. */
    private CodeBlock writeInnerKey(String to, String value) {
        return entries.keyConversion().javaType().isPrimitive()
                ? entries.keyConversion()
                        .write(CodeBlock.of("$L, innerKeyAt()", to), CodeBlock.of("$L", value), entries.keyInMessages())
                : CodeBlock.of("$T.CODEC.writeKey($L, $L, innerKeyAt())", inner, value, to);
    }

    /** A name for the inner key, different from that of the outer key. */
    private String secondName(String keyName) {
        String name = CommonMemberFactory.variable(entries.key());
        return name.equals(keyName)
                ? "inner" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)
                : name;
    }

    private String keyInMessages() {
        return map.record().simpleName()
                + map.component().map(name -> "." + name).orElse("");
    }

    /** Adds {@code consume} if the inner maps are streams of events. */
    private void addStreams(TypeSpec.Builder type) {
        if (!entries.hasEntries()) {
            return;
        }
        if (entries.map().kind() == MapKind.RINGBUF) {
            type.addMethod(consume()
                    .addJavadoc(
                            "Takes every event out of the inner ring buffers and passes it to the action, with the key of its"
                                    + " inner map. Events of one buffer come oldest first. Waits for the first event, at most for the"
                                    + " timeout.\n\n")
                    .addJavadoc("@return the number of events\n")
                    .addStatement("return consumeInners(this, timeout, action)")
                    .build());
        } else if (entries.map().isPerfStream()) {
            type.addMethod(consume()
                    .addJavadoc(
                            "Takes every event out of the buffers of the inner maps and passes it to the action, with the key of"
                                    + " its inner map. Events of one CPU come oldest first. Waits for the first event, at most for the"
                                    + " timeout. Opens the inner maps that are not open yet.\n\n")
                    .addJavadoc("@param lost receives the number of lost events of an inner map, if some were lost\n")
                    .addJavadoc("@return the number of events\n")
                    .addParameter(
                            ParameterizedTypeName.get(ClassName.get(ObjLongConsumer.class), supertypeOfKey()), "lost")
                    .addStatement("return consumeInnerEvents(this, timeout, action, lost)")
                    .build());
        }
    }

    private MethodSpec.Builder consume() {
        return CommonMemberFactory.method("consume", TypeName.LONG, Modifier.PUBLIC)
                .addParameter(Duration.class, "timeout")
                .addParameter(
                        ParameterizedTypeName.get(
                                ClassName.get(BiConsumer.class),
                                supertypeOfKey(),
                                WildcardTypeName.supertypeOf(entries.record())),
                        "action")
                .addException(InterruptedException.class);
    }

    private WildcardTypeName supertypeOfKey() {
        return WildcardTypeName.supertypeOf(key.box());
    }
}
