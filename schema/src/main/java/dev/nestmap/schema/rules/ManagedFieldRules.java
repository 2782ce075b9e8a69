/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema.rules;

import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapFlags;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.rules.ViolationLocation.Part;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.GraphRoot;
import dev.nestmap.schema.type.ManagedField;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks maps whose values have fields that the kernel manages, like {@code map_check_btf} in kernel/bpf/syscall.c and {@code
 * btf_parse_fields} in kernel/bpf/btf.c. Tested on Linux 6.18.
 */
final class ManagedFieldRules {
    /** {@code BTF_FIELDS_MAX} in {@code linux/bpf.h}. */
    private static final int MAX_FIELDS = 11;

    private final MapDef map;
    private final List<ManagedField> fields;
    private final List<RuleViolation> findings = new ArrayList<>();

    private ManagedFieldRules(MapDef map) {
        this.map = map;
        this.fields = ManagedField.of(map.value());
    }

    static List<RuleViolation> check(MapDef map) {
        ManagedFieldRules rules = new ManagedFieldRules(map);
        if (!rules.fields.isEmpty()) {
            rules.check();
        }
        return rules.findings;
    }

    private void check() {
        fields.stream().map(ManagedField::type).distinct().forEach(this::kind);
        fields.stream()
                .map(ManagedField::type)
                .filter(GraphRoot.class::isInstance)
                .filter(type -> !ManagedField.hasLock(fields))
                .findFirst()
                .ifPresent(root -> add(Rule.ROOT_WITHOUT_LOCK, Part.VALUE, root.spelling()));
        if ((map.flags() & MapFlags.PROG_ACCESS) != 0) {
            add(
                    Rule.MANAGED_AND_FLAG,
                    Part.FLAGS,
                    MapFlags.expression(map.flags() & MapFlags.PROG_ACCESS),
                    fields.get(0).type().spelling());
        }
        if ((map.flags() & MapFlags.MMAPABLE) != 0) {
            add(Rule.MANAGED_AND_MMAPABLE, Part.FLAGS, fields.get(0).type().spelling());
        }
        fields.stream()
                .filter(field -> field.offset() % field.type().alignment() != 0)
                .findFirst()
                .ifPresent(field -> add(
                        Rule.MANAGED_UNALIGNED,
                        Part.VALUE,
                        field.type().spelling(),
                        field.offset(),
                        field.type().alignment()));
        if (fields.size() > MAX_FIELDS) {
            add(Rule.TOO_MANY_MANAGED, Part.VALUE, fields.size(), MAX_FIELDS);
        }
    }

    private void kind(CType type) {
        if (!map.kind().allowsField(type)) {
            String list = MapKind.where(kind -> kind.isSupported() && kind.allowsField(type)).stream()
                    .map(MapKind::name)
                    .collect(Collectors.joining(" or "));
            add(Rule.MANAGED_FIELD_NOT_SUPPORTED, Part.KIND, type.spelling(), list);
        }
    }

    private void add(Rule rule, Part part, Object... further) {
        findings.add(RuleViolation.of(rule, map, part, further));
    }
}
