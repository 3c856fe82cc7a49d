package io.anabranch.serve.rest;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.FieldMask;
import io.anabranch.v1.AuditServiceProto;
import io.anabranch.v1.GraphServiceProto;
import io.anabranch.v1.IngestServiceProto;
import io.anabranch.v1.ModelServiceProto;
import io.anabranch.v1.PredictionServiceProto;
import io.anabranch.v1.StatusServiceProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASModelReader;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * The OpenAPI schemas of the JSON form of every service message, made from the protobuf descriptors, so that the document
 * cannot differ from the wire. 64-bit integers are strings there, as in protobuf's JSON mapping.
 */
public final class MessageSchemas implements OASModelReader {

    private static final List<FileDescriptor> SERVICES = List.of(
            AuditServiceProto.getDescriptor(),
            GraphServiceProto.getDescriptor(),
            IngestServiceProto.getDescriptor(),
            ModelServiceProto.getDescriptor(),
            PredictionServiceProto.getDescriptor(),
            StatusServiceProto.getDescriptor());

    @Override
    public OpenAPI buildModel() {
        Map<String, Schema> schemas = new TreeMap<>();
        Deque<Descriptor> left = new ArrayDeque<>();
        for (FileDescriptor file : SERVICES) {
            left.addAll(file.getMessageTypes());
        }
        while (!left.isEmpty()) {
            Descriptor message = left.remove();
            if (!schemas.containsKey(message.getName())) {
                schemas.put(message.getName(), message(message, left));
            }
        }
        schemas.put("Problem", problem());
        return OASFactory.createOpenAPI()
                .info(OASFactory.createInfo()
                        .title("Anabranch")
                        .version("v1")
                        .description("Exact graph-neural-network embeddings and predictions over a live graph. The same"
                                + " messages as over gRPC, in protobuf's JSON form."))
                .components(OASFactory.createComponents().schemas(schemas).addResponse("Problem", problemResponse()));
    }

    private static Schema message(Descriptor message, Deque<Descriptor> left) {
        Schema schema = OASFactory.createSchema().addType(SchemaType.OBJECT);
        for (FieldDescriptor field : message.getFields()) {
            schema.addProperty(field.getJsonName(), field(field, left));
        }
        return schema;
    }

    private static Schema field(FieldDescriptor field, Deque<Descriptor> left) {
        if (field.isMapField()) {
            FieldDescriptor value = field.getMessageType().findFieldByName("value");
            return OASFactory.createSchema().addType(SchemaType.OBJECT).additionalPropertiesSchema(single(value, left));
        }
        Schema single = single(field, left);
        return field.isRepeated()
                ? OASFactory.createSchema().addType(SchemaType.ARRAY).items(single)
                : single;
    }

    private static Schema single(FieldDescriptor field, Deque<Descriptor> left) {
        return switch (field.getType()) {
            case DOUBLE -> of(SchemaType.NUMBER, "double");
            case FLOAT -> of(SchemaType.NUMBER, "float");
            case INT32, SINT32, SFIXED32, UINT32, FIXED32 -> of(SchemaType.INTEGER, "int32");
            case INT64, SINT64, SFIXED64, UINT64, FIXED64 -> of(SchemaType.STRING, "int64");
            case BOOL -> OASFactory.createSchema().addType(SchemaType.BOOLEAN);
            case STRING -> OASFactory.createSchema().addType(SchemaType.STRING);
            case BYTES -> of(SchemaType.STRING, "byte");
            case ENUM -> choice(field.getEnumType());
            case MESSAGE, GROUP -> {
                if (field.getMessageType().equals(FieldMask.getDescriptor())) {
                    yield of(SchemaType.STRING, "field-mask");
                }
                left.add(field.getMessageType());
                yield OASFactory.createSchema()
                        .ref("#/components/schemas/" + field.getMessageType().getName());
            }
        };
    }

    private static Schema of(SchemaType type, String format) {
        return OASFactory.createSchema().addType(type).format(format);
    }

    private static Schema choice(EnumDescriptor choice) {
        List<Object> names = choice.getValues().stream()
                .map(value -> (Object) value.getName())
                .toList();
        return OASFactory.createSchema().addType(SchemaType.STRING).enumeration(names);
    }

    private static Schema problem() {
        Schema error = OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .addProperty("field", of(SchemaType.STRING, "path"))
                .addProperty("description", OASFactory.createSchema().addType(SchemaType.STRING));
        Schema text = OASFactory.createSchema().addType(SchemaType.STRING);
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("RFC 9457; code is the google.rpc code.")
                .addProperty("type", of(SchemaType.STRING, "uri-reference"))
                .addProperty("title", text)
                .addProperty("status", of(SchemaType.INTEGER, "int32"))
                .addProperty("detail", text)
                .addProperty("code", text)
                .addProperty("reason", text)
                .addProperty(
                        "errors",
                        OASFactory.createSchema().addType(SchemaType.ARRAY).items(error))
                .addProperty("kind", text)
                .addProperty(
                        "missing",
                        OASFactory.createSchema().addType(SchemaType.ARRAY).items(text));
    }

    private static org.eclipse.microprofile.openapi.models.responses.APIResponse problemResponse() {
        return OASFactory.createAPIResponse()
                .description("What went wrong")
                .content(OASFactory.createContent()
                        .addMediaType(
                                ProblemDocuments.MEDIA_TYPE,
                                OASFactory.createMediaType()
                                        .schema(OASFactory.createSchema().ref("#/components/schemas/Problem"))));
    }
}
