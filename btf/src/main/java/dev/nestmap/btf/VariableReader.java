/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.btf;

import dev.nestmap.schema.GlobalDef;
import dev.nestmap.schema.VariablePlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the global variables in the sections from which libbpf makes maps. BTF has their types. The symbol table has their offsets, because
 * clang leaves the offsets in BTF at 0. Hidden variables ({@code __hidden}) are included. {@code static} variables are not included: they
 * belong to one C file, and several files can use the same name.
 *
 * @param definitions receives the variables with their types, section by section, without those that only Nestmap uses
 * @param places receives the places of all variables
 */
record VariableReader(Btf btf, BtfTypeReader types, List<GlobalDef> definitions, List<VariablePlace> places) {
    void read(Elf elf) {
        Map<String, Elf.Symbol> symbols = new HashMap<>();
        elf.symbols(Elf.OBJECT_SYMBOL, section -> GlobalDef.isDataSection(section.name())).stream()
                .filter(symbol -> !symbol.isLocal())
                .forEach(symbol -> symbols.putIfAbsent(symbol.name(), symbol));
        btf.types(BtfKind.DATASEC)
                .map(BtfType::name)
                .filter(GlobalDef::isDataSection)
                .distinct()
                .forEach(section -> section(section, symbols));
    }

    private void section(String section, Map<String, Elf.Symbol> symbols) {
        for (BtfType variable : btf.variables(section)) {
            // Each symbol is taken once, so a variable that a damaged file lists twice counts once.
            Elf.Symbol symbol = variable.isStatic() ? null : symbols.remove(variable.name());
            if (symbol != null && symbol.section().name().equals(section)) {
                if (!variable.name().equals(GlobalDef.LOOKUP_AGAIN)) {
                    definitions.add(new GlobalDef(variable.name(), section, types.read(variable.target())));
                }
                places.add(new VariablePlace(variable.name(), section, symbol.value()));
            }
        }
    }
}
