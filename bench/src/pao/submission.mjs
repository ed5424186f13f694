/** What a request of the product asks for: the item, its form, an environment. */
export const submissionOf = ({ item, fields }) => ({ itemId: item, fields, environment: fields.environment })
