package com.terafy.it;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The server's JVM from outside: what is in its heap, which threads and which MBeans it has. */
@SuppressWarnings("BanJNDI") // it speaks to a server that the test has started
final class ServerJvm implements AutoCloseable {

    /** A line of the histogram: number, instances, bytes, class and perhaps its module. */
    private static final Pattern LINE = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+).*");

    /** A named class loader in the tree of them. */
    private static final Pattern LOADER = Pattern.compile("\"([^\"]+)\"");

    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private ServerJvm(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.beans = connector.getMBeanServerConnection();
    }

    static ServerJvm of(long pid) {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                String address = machine.startLocalManagementAgent();
                return new ServerJvm(JMXConnectorFactory.connect(new JMXServiceURL(address)));
            } finally {
                machine.detach();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (AttachNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many live objects of that class there are, after a garbage collection; of all class loaders together. */
    long instances(String type) {
        return diagnose("gcClassHistogram")
                .lines()
                .map(LINE::matcher)
                .filter(line -> line.matches() && line.group(2).equals(type))
                .mapToLong(line -> Long.parseLong(line.group(1)))
                .sum();
    }

    /** The class loaders that are left after a garbage collection, by name, and how many of that name. */
    Map<String, Long> classLoaders() {
        diagnose("gcClassHistogram");
        return LOADER.matcher(diagnose("vmClassloaders", "fold=false"))
                .results()
                .map(loader -> loader.group(1))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    }

    /** As jcmd does. */
    private String diagnose(String command, String... arguments) {
        try {
            return (String) beans.invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    command,
                    new Object[] {arguments},
                    new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of the live threads without their numbers, so that those of one pool of threads are one name. */
    Map<String, Long> threads() {
        try {
            ThreadMXBean threads = ManagementFactory.newPlatformMXBeanProxy(
                    beans, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class);
            return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                    .filter(Objects::nonNull)
                    .map(ThreadInfo::getThreadName)
                    .map(name -> name.replaceAll("[0-9]+", "#"))
                    .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Set<String> beanNames() {
        try {
            return beans.queryNames(null, null).stream()
                    .map(ObjectName::getCanonicalName)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
