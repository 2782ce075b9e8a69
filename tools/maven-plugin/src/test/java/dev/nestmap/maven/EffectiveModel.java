/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.apache.maven.model.Plugin;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;

/** Parts of an effective model, as Maven passes it to goals. */
final class EffectiveModel {
    private EffectiveModel() {}

    /** The plugins in XML. The goals of the packaging get the priority that Maven gives them. */
    static List<Plugin> plugins(String xml) {
        List<Plugin> plugins =
                read("<build><plugins>" + xml + "</plugins></build>").getBuild().getPlugins();
        plugins.stream()
                .flatMap(plugin -> plugin.getExecutions().stream())
                .filter(execution -> execution.getId().startsWith("default-"))
                .forEach(execution -> execution.setPriority(-1));
        return plugins;
    }

    /** maven-compiler-plugin with one execution that has this configuration. */
    static String compiler(String configuration) {
        return compiler("default-compile", "", configuration);
    }

    /** maven-compiler-plugin with one execution, further elements of the plugin, and the configuration of the execution. */
    static String compiler(String execution, String elements, String configuration) {
        return "<plugin><artifactId>maven-compiler-plugin</artifactId>" + elements + "<executions><execution><id>"
                + execution + "</id><phase>compile</phase><goals><goal>compile</goal></goals><configuration>"
                + configuration + "</configuration></execution></executions></plugin>";
    }

    static String dependency(String artifact, String elements) {
        return "<dependency><groupId>dev.nestmap</groupId><artifactId>" + artifact + "</artifactId>" + elements
                + "</dependency>";
    }

    static List<Dependency> dependencies(String xml) {
        return read("<dependencies>" + xml + "</dependencies>").getDependencies();
    }

    private static Model read(String xml) {
        try {
            return new MavenXpp3Reader().read(new StringReader("<project>" + xml + "</project>"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (XmlPullParserException e) {
            throw new AssertionError(xml, e);
        }
    }
}
