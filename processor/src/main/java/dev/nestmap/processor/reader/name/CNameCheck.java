/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor.reader.name;

import dev.nestmap.header.ReservedNames;
import dev.nestmap.processor.reader.source.Problems;
import dev.nestmap.processor.reader.source.SourceLocation;
import dev.nestmap.schema.rules.Rule;
import dev.nestmap.schema.type.StructType;

/** Rejects names that C, the compiler or the kernel does not accept. */
public final class CNameCheck {
    /** The longest name that {@code __btf_name_valid} in {@code kernel/bpf/btf.c} accepts: {@code KSYM_NAME_LEN} since Linux 6.1. */
    private static final int MAX_LENGTH = 512;

    /** What a name belongs to, as messages call it. */
    public enum Named {
        /** A type, map or helper at file scope. */
        DECLARATION("C"),
        FIELD("field"),
        ENUMERATOR("enumerator"),
        HEADER("header"),
        PROGRAM("program"),
        STRUCT("struct");

        private final String word;

        Named(String word) {
            this.word = word;
        }
    }

    /** Where a name comes from. It determines how the developer can change the name. */
    enum Origin {
        /** An annotation that sets the C name. */
        WRITTEN("use another name"),
        TYPE("rename it, give it a @Name, or set the object's prefix = \"...\""),
        COMPONENT("rename the component, or give it a @Name"),
        RECORD("rename the record, or give it a @Name"),
        CONSTANT("rename the constant, or give it a @Name");

        private final String fix;

        Origin(String fix) {
            this.fix = fix;
        }

        /** Another way to change the name, for the end of a message. */
        String further() {
            return this == WRITTEN ? "" : ", or set the C name with @Name";
        }
    }

    private final boolean isForeign;
    private final Problems problems;

    /** @param isForeign whether the names are those of C code that somebody else wrote, so that C accepts them */
    CNameCheck(boolean isForeign, Problems problems) {
        this.isForeign = isForeign;
        this.problems = problems;
    }

    /** Checks the name of an external declaration, which may be a name that C reserves. */
    String checkedExternal(String name, SourceLocation place, Named what) {
        if (checkIdentifier(name, place, what, "") && ReservedNames.isKeyword(name)) {
            problems.error(place, Rule.C_KEYWORD, what.word, name, "use the name of the existing C declaration");
        }
        return name;
    }

    /** Checks a complete C name. */
    String checked(String name, SourceLocation place, Named what, Origin origin) {
        if (isForeign) {
            return checkedExternal(name, place, what);
        }
        if (checkIdentifier(name, place, what, origin.further())
                && (CNames.isReserved(name) || isPadding(what, name))) {
            problems.error(place, Rule.C_KEYWORD, what.word, name, origin.fix);
        }
        return name;
    }

    /** Checks a name that becomes a part of C names. */
    public boolean checkIdentifier(String name, SourceLocation place, Named what) {
        return checkIdentifier(name, place, what, "");
    }

    private boolean checkIdentifier(String name, SourceLocation place, Named what, String further) {
        boolean isIdentifier = CNames.isIdentifier(name);
        if (!isIdentifier) {
            problems.error(place, Rule.NOT_A_C_IDENTIFIER, what.word, printable(name), further);
        } else {
            checkLength(name, place, what);
        }
        return isIdentifier;
    }

    /** Rejects a name that is too long for the kernel. */
    public void checkLength(String name, SourceLocation place, Named what) {
        if (name.length() > MAX_LENGTH) {
            String begin = name.substring(0, 32) + "...";
            problems.error(place, Rule.NAME_TOO_LONG, what.word, begin, name.length(), MAX_LENGTH);
        }
    }

    private static boolean isPadding(Named what, String name) {
        return what == Named.FIELD && StructType.isPadName(name);
    }

    /** A name from the source with its line breaks and other control characters replaced, for a message. */
    static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
