/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import com.google.auto.common.MoreElements;
import dev.nestmap.annotations.Align;
import dev.nestmap.annotations.Anonymous;
import dev.nestmap.annotations.Bits;
import dev.nestmap.annotations.Packed;
import dev.nestmap.annotations.Pad;
import dev.nestmap.lint.rules.Rule;
import dev.nestmap.processor.model.BooleanConversion;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.EnumConversion;
import dev.nestmap.processor.model.NumberConversion;
import dev.nestmap.processor.reader.source.AnnotationUse;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.CountText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructAttributes;
import dev.nestmap.schema.type.StructType;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Reads the annotations for the layout of structs and unions. */
public record LayoutAnnotationReader(Problems problems) {
    private static final int MAX_ALIGNMENT = 4096;
    private static final int MAX_PAD = 1 << 20;
    private static final List<Class<? extends Annotation>> OF_MEMBERS =
            List.of(Bits.class, Align.class, Pad.class, Anonymous.class);
    private static final List<Class<? extends Annotation>> OF_STRUCTS = List.of(Packed.class, Align.class, Pad.class);

    /** The attributes of a record's struct. */
    StructAttributes structAttributes(TypeElement record) {
        return new StructAttributes(MoreElements.isAnnotationPresent(record, Packed.class), alignment(record));
    }

    /** The attributes of a union. */
    StructAttributes unionAttributes(TypeElement union) {
        doesNotFit(
                union,
                Pad.class,
                "a union is as large as its largest member",
                ", or add a member of the desired size, such as a ByteString");
        return structAttributes(union);
    }

    /** The bytes that {@code @Pad} leaves free at the end of a struct. */
    long padAtEnd(TypeElement record) {
        return pad(record, place(record, Pad.class), record.getSimpleName(), false) / Byte.SIZE;
    }

    /** Rejects annotations for structs on a type that has no struct. */
    public void rejectStructAnnotations(TypeElement type, String why, String fix) {
        OF_STRUCTS.forEach(annotation -> doesNotFit(type, annotation, why, fix));
    }

    /** Rejects {@code @Anonymous} on a type that is not a union's member. */
    public void rejectAnonymous(TypeElement type) {
        doesNotFit(type, Anonymous.class, "it is not a member of a union", ", or put it on a component of this type");
    }

    /** The struct member of a component, with its declared type. */
    StructType.Member member(Component component, String name, Conversion conversion, CType type) {
        int bits = bits(component, conversion);
        long pad = pad(component.declaration(), component.place(), component.qualifiedName(), bits > 0);
        int alignment = alignment(component.declaration());
        if (bits > 0 && alignment > 1) {
            problems.error(component, Rule.ALIGNED_BIT_FIELD);
        }
        return new StructType.Member(name, type, bits, alignment, pad);
    }

    /** Rejects annotations for struct members on a component that is not one. */
    void rejectMemberAnnotations(Component component, String why) {
        OF_MEMBERS.stream()
                .filter(annotation -> MoreElements.isAnnotationPresent(component.declaration(), annotation))
                .forEach(annotation -> problems.error(
                        component.place(),
                        Rule.LAYOUT_ANNOTATION_DOES_NOT_FIT,
                        annotation.getSimpleName(),
                        "component " + component.qualifiedName(),
                        why,
                        ""));
    }

    private void doesNotFit(TypeElement type, Class<? extends Annotation> annotation, String why, String fix) {
        String kind =
                UnionReader.isUnion(type) ? "union" : type.getKind().toString().toLowerCase(Locale.ROOT);
        AnnotationUse.on(type, annotation)
                .ifPresent(use -> problems.error(
                        use.place(),
                        Rule.LAYOUT_ANNOTATION_DOES_NOT_FIT,
                        annotation.getSimpleName(),
                        kind + " " + type.getSimpleName(),
                        why,
                        fix));
    }

    private static SourceLocation place(TypeElement record, Class<? extends Annotation> annotation) {
        return AnnotationUse.on(record, annotation)
                .map(AnnotationUse::place)
                .orElseGet(() -> SourceLocation.of(record));
    }

    private int alignment(Element element) {
        int alignment = number(element, Align.class, "value").orElse(1);
        if (alignment < 1 || alignment > MAX_ALIGNMENT || Integer.bitCount(alignment) != 1) {
            problems.error(element, Rule.ALIGNMENT_INVALID, alignment, MAX_ALIGNMENT);
            return 1;
        }
        return alignment;
    }

    /** The bits that {@code @Pad} on a component or record leaves free. Only before a bit-field they need not be whole bytes. */
    private long pad(Element element, SourceLocation place, Object name, boolean isBeforeBits) {
        int bytes = number(element, Pad.class, "value").orElse(0);
        int bits = number(element, Pad.class, "bits").orElse(0);
        if (bits != 0 && !isBeforeBits) {
            problems.error(place, Rule.PAD_INSIDE_BYTE, name);
        } else if (bytes < 0 || bits < 0 || bytes > MAX_PAD || bits > MAX_PAD) {
            problems.error(place, Rule.PAD_OUT_OF_RANGE, name, MAX_PAD);
        } else {
            return (long) bytes * Byte.SIZE + bits;
        }
        return 0;
    }

    private int bits(Component component, Conversion conversion) {
        Optional<Integer> bits = number(component.declaration(), Bits.class, "value");
        if (bits.isEmpty()) {
            return 0;
        }
        int most = maxBits(conversion);
        if (most == 0) {
            problems.error(
                    component,
                    Rule.ANNOTATION_OF_OTHER_TYPES,
                    "@Bits",
                    component.typeName(),
                    "an integer, boolean or enum in the machine's byte order can be a bit-field in C");
            return 0;
        }
        if (bits.get() < 1 || bits.get() > most) {
            problems.error(
                    component,
                    Rule.BITS_OUT_OF_RANGE,
                    CountText.of(bits.get(), "bit"),
                    conversion.type().spelling(),
                    most == 1 ? "1 bit" : "1 to " + most + " bits");
            return 0;
        }
        checkConstants(component, conversion, bits.get());
        return bits.get();
    }

    private static int maxBits(Conversion conversion) {
        if (conversion instanceof BooleanConversion) {
            return 1;
        }
        boolean swapped = conversion.type() instanceof Scalar scalar && scalar.bigEndian();
        if (!(conversion instanceof NumberConversion) || swapped) {
            return 0;
        }
        int bits = (int) conversion.type().size() * Byte.SIZE;
        // The kernel rejects the BTF of longer ones (btf_enum_check_kflag_member in kernel/bpf/btf.c, Linux 6.18).
        return conversion instanceof EnumConversion ? Math.min(bits, Integer.SIZE) : bits;
    }

    /** Checks that every constant of an enum fits into this number of bits. */
    private void checkConstants(Component component, Conversion conversion, int bits) {
        if (!(conversion instanceof EnumConversion enumeration)) {
            return;
        }
        boolean signed = conversion.type().carrier().orElseThrow().signed();
        new NumberReader(problems)
                .constantsFit(
                        enumeration.model().type(),
                        NumberReader.Range.of(bits, signed),
                        component.place(),
                        CountText.of(bits, "bit"),
                        "@Bits");
    }

    /** A number in an annotation; empty if there is no such annotation, or if it names a constant that does not exist yet. */
    private Optional<Integer> number(Element element, Class<? extends Annotation> annotation, String attribute) {
        return AnnotationUse.on(element, annotation)
                .filter(problems::isComplete)
                .map(use -> Math.toIntExact(use.number(attribute)));
    }
}
