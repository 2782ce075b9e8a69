/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.type;

import dev.nestmap.processor.model.BitFieldConversion;
import dev.nestmap.processor.model.ComponentModel;
import dev.nestmap.processor.model.Conversion;
import dev.nestmap.processor.model.NumberConversion;
import dev.nestmap.processor.model.TaggedConversion;
import dev.nestmap.processor.reader.declaration.ReaderContext;
import dev.nestmap.processor.reader.name.MemberNames;
import dev.nestmap.processor.reader.source.Component;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.StructType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;

/** Lays out a record's components as members of a struct. */
record StructReader(
        ReaderContext context, LayoutReader layouts, AnonymousMembers anonymous, Discriminators discriminators) {
    /**
     * The struct of these components and of the fields that the kernel manages.
     *
     * @param typeIn returns the type of a member in this struct
     */
    StructType struct(
            TypeElement record,
            String tag,
            List<? extends RecordComponentElement> elements,
            List<Conversion> conversions,
            List<ManagedFieldReader.Managed> managed,
            UnaryOperator<CType> typeIn) {
        List<StructType.Member> members = new ArrayList<>();
        MemberNames taken = new MemberNames(context.problems());
        for (int i = 0; i < elements.size(); i++) {
            Component component = new Component(elements.get(i));
            Conversion conversion = conversions.get(i);
            add(managed, component.name(), members, taken);
            StructType.Member member = anonymous.isAnonymous(elements.get(i), conversion)
                    ? layouts.member(component, "", conversion, typeIn.apply(anonymous.untagged(conversion.type())))
                    : layouts.member(
                            component, context.names().ofField(component), conversion, typeIn.apply(conversion.type()));
            new Field(member.name(), member.type(), 0)
                    .names()
                    .forEach(name -> taken.take(name, component.place(), "component " + component.name()));
            members.add(member);
        }
        add(managed, "", members, taken);
        return StructType.of(tag, members, layouts.structAttributes(record), layouts.padAtEnd(record));
    }

    private static void add(
            List<ManagedFieldReader.Managed> managed,
            String before,
            List<StructType.Member> members,
            MemberNames taken) {
        managed.stream().filter(field -> field.before().equals(before)).forEach(field -> {
            taken.take(field.name(), field.place(), "field " + field.name());
            members.add(new StructType.Member(field.name(), field.type()));
        });
    }

    /** The components with their offsets in a struct. */
    List<ComponentModel> withOffsets(
            List<? extends RecordComponentElement> elements, List<Conversion> conversions, StructType struct) {
        List<ComponentModel> placed = new ArrayList<>();
        List<Field> fields = struct.fields().stream()
                .filter(field -> !field.type().isManaged())
                .toList();
        for (int i = 0; i < elements.size(); i++) {
            Field field = fields.get(i);
            Conversion whole = conversions.get(i);
            placed.add(new ComponentModel(
                    elements.get(i).getSimpleName().toString(),
                    field.offset(),
                    field.isBitField() && whole instanceof NumberConversion number
                            ? new BitFieldConversion(number, field)
                            : whole));
        }
        for (int i = 0; i < placed.size(); i++) {
            ComponentModel plain = placed.get(i);
            if (plain.conversion() instanceof TaggedConversion tagged) {
                Component component = new Component(elements.get(i));
                placed.set(
                        i,
                        new ComponentModel(
                                plain.name(),
                                plain.offset(),
                                tagged,
                                discriminators.of(component, tagged.union(), placed)));
            }
        }
        return placed;
    }
}
