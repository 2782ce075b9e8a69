/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.accessors;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import com.palantir.javapoet.TypeSpec;
import dev.nestmap.processor.model.BooleanConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EntryMapModel;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.IntegerConversion;
import dev.nestmap.processor.model.NumberConversion;
import dev.nestmap.processor.model.RuntimeClasses;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import javax.lang.model.element.Modifier;

/**
 * Writes the methods that map the entries of an array into memory, and the view of this memory. The view's methods convert keys and
 * entries, so that the JIT can inline these conversions into the caller.
 */
final class ArrayViewWriter {
    private static final int WORD = 8;

    /** The longest entry that is copied by statements for its words, and not by a loop. */
    private static final int MOST_WORDS = 8;

    /**
     * The kernel maps no memory through a descriptor that can't be read, and shares none through one that can't be written
     * ({@code do_mmap} in mm/mmap.c, {@code bpf_map_mmap} in kernel/bpf/syscall.c).
     */
    private static final long UNMAPPED = MapFlags.RDONLY | MapFlags.WRONLY;

    /** The name of the class. */
    private static final String MAPPED = "Mapped";

    private final EntryMapModel map;
    private final TypeName key;

    private ArrayViewWriter(EntryMapModel map) {
        this.map = map;
        this.key = map.keyConversion().javaType().box();
    }

    /** Adds the methods and the class, if the flags of the map allow to map its entries into memory. */
    static void addTo(TypeSpec.Builder type, EntryMapModel map) {
        if (!isMapped(map.map())) {
            return;
        }
        TypeName key = map.keyConversion().javaType().box();
        String javadoc = "Maps the entries into memory that is shared with programs, for reading$L.\n";
        type.addMethod(view("view", RuntimeClasses.api("ArrayView", key, map.record()), false)
                .addJavadoc(javadoc, "")
                .build());
        TypeName writable = RuntimeClasses.api("WritableArrayView", key, map.record());
        if ((map.map().flags() & MapFlags.RDONLY_PROG) == 0) { // the verifier lets programs trust its values
            type.addMethod(view("writableView", writable, true)
                    .addJavadoc(javadoc, " and writing")
                    .build());
        }
        type.addType(new ArrayViewWriter(map).write(writable));
    }

    private static boolean isMapped(MapDef map) {
        return map.kind() == MapKind.ARRAY && (map.flags() & MapFlags.MMAPABLE) != 0 && (map.flags() & UNMAPPED) == 0;
    }

    private static MethodSpec.Builder view(String name, TypeName type, boolean isWritable) {
        return CommonMemberFactory.method(name, type, Modifier.PUBLIC)
                .addStatement("return new $L(this, /* writable */ $L)", MAPPED, isWritable);
    }

    /** A view that extends a class of the runtime. */
    private TypeSpec write(TypeName base) {
        TypeSpec.Builder type = TypeSpec.classBuilder(MAPPED)
                .addModifiers(Modifier.PRIVATE, Modifier.STATIC, Modifier.FINAL)
                .superclass(base)
                .addMethod(MethodSpec.constructorBuilder()
                        .addParameter(map.accessor(), "array")
                        .addParameter(TypeName.BOOLEAN, "isWritable")
                        .addStatement("super(array, isWritable)")
                        .build());
        type.addMethod(get()).addMethod(getInto());
        if (map.keyConversion() instanceof NumberConversion number && isInWord(number)) {
            type.addMethod(index(number));
        }
        CType value = Objects.requireNonNull(map.map().value(), "an array has values");
        long words = StructType.roundUp(value.size(), WORD) / WORD;
        if (words <= MOST_WORDS) {
            type.addMethod(copy(words));
        }
        if (map.valueComponents().stream().allMatch(ArrayViewWriter::isInWord)) {
            type.addMethod(read());
        }
        return type.build();
    }

    /** {@code get(key)}: the JIT notices at each call which class's method it calls, and then knows the methods that convert. */
    private MethodSpec get() {
        return CommonMemberFactory.override("get", CommonMemberFactory.nullable(map.record()))
                .addParameter(key, "key")
                .addStatement("return super.get(key)")
                .build();
    }

    private MethodSpec getInto() {
        return CommonMemberFactory.override("get", TypeName.BOOLEAN)
                .addParameter(TypeName.LONG, "index")
                .addParameter(RuntimeClasses.api("EntryView", map.record()), "view")
                .addStatement("return super.get(index, view)")
                .build();
    }

    private MethodSpec copy(long words) {
        MethodSpec.Builder method = method("copy", TypeName.VOID)
                .addParameter(TypeName.INT, "at")
                .addParameter(ByteBuffer.class, "to")
                .addParameter(TypeName.INT, "toAt");
        for (long word = 0; word < words; word++) {
            method.addStatement(word(word));
        }
        method.addStatement("checkRead()");
        for (long word = 0; word < words; word++) {
            method.addStatement("to.putLong($L, word$L)", RuntimeClasses.offset("toAt", word * WORD), word);
        }
        return method.build();
    }

    private static CodeBlock word(long word) {
        return CodeBlock.of("long word$L = word($L)", word, RuntimeClasses.offset("at", word * WORD));
    }

    private MethodSpec index(NumberConversion number) {
        return method("index", TypeName.LONG)
                .addParameter(key, "key")
                .addStatement("return $L", number.number(CodeBlock.of("key"), map.keyInMessages()))
                .build();
    }

    /** {@code read(key, at)}: reads each word once, from the first to the last. */
    private MethodSpec read() {
        MethodSpec.Builder method =
                method("read", map.record()).addParameter(key, "key").addParameter(TypeName.INT, "at");
        Set<Long> words = new TreeSet<>();
        map.valueComponents().forEach(component -> words.add(component.offset() / WORD));
        for (long word : words) {
            method.addStatement(word(word));
        }
        List<CodeBlock> arguments = new ArrayList<>();
        for (ComponentModel component : map.components()) {
            arguments.add(component.name().equals(map.key()) ? CodeBlock.of("key") : inWord(component));
        }
        return method.addStatement("checkRead()")
                .addStatement("return new $T($L)", map.record(), CodeBlock.join(arguments, ",$W"))
                .build();
    }

    private static MethodSpec.Builder method(String name, TypeName result) {
        return CommonMemberFactory.method(name, result, Modifier.PROTECTED).addAnnotation(Override.class);
    }

    private CodeBlock inWord(ComponentModel component) {
        CodeBlock place = CodeBlock.of("word$L, $L", component.offset() / WORD, component.offset() % WORD);
        return component.conversion().read(place, map.record().simpleName() + "." + component.name());
    }

    private static boolean isInWord(ComponentModel component) {
        return isInWord(component.conversion())
                && component.offset() % WORD + component.conversion().type().size() <= WORD;
    }

    private static boolean isInWord(Conversion conversion) {
        boolean isNumber = conversion instanceof BooleanConversion
                || conversion instanceof EnumConversion
                || conversion instanceof IntegerConversion;
        return isNumber && !(conversion.type() instanceof Scalar scalar && scalar.bigEndian());
    }
}
