/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import javax.lang.model.SourceVersion;

/** Checks the package in which a command writes Java sources. */
final class PackageNameCheck {
    private PackageNameCheck() {}

    /** Ends the command with a message if the value of {@code --package} is not a package that a user may have. */
    static void require(String name, CommonOptions common) {
        String wrong = "--package is " + SafeText.quoted(name) + ", ";
        for (String part : name.split("\\.", -1)) {
            if (part.isEmpty()) {
                throw common.usage(wrong + "which has an empty part; write names with dots between them: com.acme");
            }
            if (SourceVersion.isKeyword(part)) {
                throw common.usage(wrong + "but Java reserves the word " + part + "; choose another name");
            }
            if (!SourceVersion.isIdentifier(part)) {
                throw common.usage(wrong + "but " + SafeText.quoted(part)
                        + " is no Java identifier, so this is not the name of a Java package");
            }
        }
        if (name.matches("javax?(\\..*)?")) {
            throw common.usage(wrong
                    + "but packages in java and javax belong to the JDK; choose one of your own, such as com.acme");
        }
    }
}
