package com.terafy.delegates;

import java.io.IOException;
import java.io.Writer;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/** Writes one source file for each {@link GenerateDelegate}. */
@SupportedAnnotationTypes("com.terafy.delegates.GenerateDelegate")
public final class DelegateProcessor extends AbstractProcessor {

    /** For the service loader. */
    public DelegateProcessor() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        for (Element annotated : round.getElementsAnnotatedWith(GenerateDelegate.class)) {
            write((TypeElement) annotated);
        }
        return false;
    }

    private void write(TypeElement annotated) {
        DelegateRequest request = DelegateRequest.of(annotated, processingEnv.getElementUtils());
        DelegateMethods methods = new DelegateMethods(processingEnv.getElementUtils(), processingEnv.getTypeUtils());
        String source = new DelegateWriter(request, methods).source();
        try (Writer file = processingEnv
                .getFiler()
                .createSourceFile(request.qualifiedName(), annotated)
                .openWriter()) {
            file.write(source);
        } catch (IOException failure) {
            processingEnv
                    .getMessager()
                    .printMessage(
                            Diagnostic.Kind.ERROR,
                            "Cannot write " + request.qualifiedName() + ": " + failure,
                            annotated);
        }
    }
}
